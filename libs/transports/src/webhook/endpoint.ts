import { type Clock, type Egress, type EgressAnswer, EgressFailure, type Webhook } from '@vestnik/core';
import { Problem, rawMember, rpcNotification, rpcRequest } from '@vestnik/protocol';
import { CLOUD_EVENT_TYPE, callEvent, messageEvent, noticeEvent } from './cloud-event.js';
import { signedHeaders } from './signature.js';

/** The other end of a webhook: what is POSTed there, and in which form. */
export class WebhookEndpoint {
  constructor(
    private readonly webhook: Pick<Webhook, 'tenantId' | 'url' | 'format'>,
    private readonly secret: Uint8Array,
    private readonly parts: { readonly egress: Egress; readonly clock: Pick<Clock, 'now'> },
  ) {}

  /** @param params the params of `message`, JSON text */
  message(id: string, params: string, signal: AbortSignal): Promise<EgressAnswer | Problem | EgressFailure> {
    const body = this.isCloudEvents ? messageEvent(params) : rpcNotification('message', params);
    return this.post(id, body, rawMember(params, 'traceparent'), true, signal);
  }

  /**
   * Tells that something may be missing.
   *
   * @param from the bus's own address in the tenant
   * @param params the params of `notice`, JSON text
   */
  notice(id: string, from: string, params: string, signal: AbortSignal): Promise<EgressAnswer | Problem | EgressFailure> {
    const body = this.isCloudEvents ? noticeEvent(id, from, params, this.parts.clock.now()) : rpcNotification('notice', params);
    return this.post(id, body, undefined, true, signal);
  }

  /** A call is never repeated. @param params the params of `call`, JSON text */
  call(id: string, params: string, signal: AbortSignal): Promise<EgressAnswer | Problem | EgressFailure> {
    const body = this.isCloudEvents ? callEvent(id, params, this.parts.clock.now()) : rpcRequest(id, 'call', params);
    return this.post(id, body, undefined, false, signal);
  }

  private get isCloudEvents(): boolean {
    return this.webhook.format === 'cloudevents';
  }

  private async post(id: string, body: string, traceparent: string | undefined, repeatable: boolean, signal: AbortSignal) {
    const { egress, clock } = this.parts;
    const headers = {
      'content-type': this.isCloudEvents ? CLOUD_EVENT_TYPE : 'application/json; charset=utf-8',
      ...signedHeaders(this.secret, id, clock.now(), body),
      ...(traceparent === undefined ? {} : { traceparent: JSON.parse(traceparent) as string }),
    };
    try {
      return await egress.fetch({ tenantId: this.webhook.tenantId, method: 'POST', url: this.webhook.url, headers, body, repeatable, signal });
    } catch (error) {
      if (error instanceof Problem || error instanceof EgressFailure) return error;
      throw error;
    }
  }
}

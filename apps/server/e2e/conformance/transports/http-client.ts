import { randomBytes } from 'node:crypto';
import { type Methods, rawMember } from '@vestnik/protocol';
import { type Answer, ask } from '@vestnik/testing';
import type { Place } from '../place.js';
import { BusClient, type ConnectParams, type PushKind, Refused } from './bus-client.js';

/** A session whose pushes come by one HTTP request, and whose calls go by others: `POST …/rpc` (section 9 of the protocol). */
export abstract class HttpClient extends BusClient {
  /** The client's own word for the session, by which `rpc` finds it. */
  protected readonly word = randomBytes(9).toString('base64url');
  #lastId = 0;

  constructor(
    protected readonly place: Place,
    protected readonly params: ConnectParams,
  ) {
    super();
  }

  protected get base(): string {
    return `${this.place.url}${this.place.path}`;
  }

  protected get headers(): Record<string, string> {
    return { authorization: `Bearer ${this.params.token}` };
  }

  /** The query by which the session is opened. */
  protected query(more: Readonly<Record<string, string>>): string {
    const { token: _token, position, ...params } = this.params;
    const all = { session: this.word, ...(position === undefined ? {} : { after: position }), ...params, ...more };
    return new URLSearchParams(Object.entries(all).map(([name, value]) => [name, String(value)])).toString();
  }

  async call<Method extends keyof Methods>(method: Method, params: Methods[Method]['params']): Promise<Methods[Method]['result']> {
    const { result, error } = JSON.parse(await this.#ask(method, JSON.stringify(params))) as { result?: unknown; error?: { data: Record<string, unknown> } };
    if (error !== undefined) throw new Refused(error.data);
    return result as Methods[Method]['result'];
  }

  async callText(method: string, params: string): Promise<string> {
    const reply = await this.#ask(method, params);
    return rawMember(reply, 'result') ?? rawMember(reply, 'error') ?? '';
  }

  async answerText(id: string, member: string): Promise<void> {
    const { status, text } = await this.#post(`{"jsonrpc":"2.0","id":${JSON.stringify(id)},${member}}`);
    if (status !== 204) throw new Error(`the answer to a call was answered with ${status} ${text}`);
  }

  /** A JSON-RPC object of the server's, as streams and pages carry it. */
  protected tookObject(text: string): void {
    const { id, method, params } = JSON.parse(text) as { id?: string; method: PushKind; params: Record<string, unknown> };
    this.took(method, id === undefined ? params : { ...params, id }, rawMember(text, 'params') ?? '');
  }

  async #ask(method: string, params: string): Promise<string> {
    const id = ++this.#lastId;
    const { status, text, body } = await this.#post(`{"jsonrpc":"2.0","id":${id},"method":${JSON.stringify(method)},"params":${params}}`);
    if (status !== 200) throw new Refused(body);
    return text;
  }

  #post(body: string): Promise<Answer> {
    return ask(`${this.base}/rpc`, { method: 'POST', body, headers: { ...this.headers, 'vestnik-session': this.word } });
  }
}

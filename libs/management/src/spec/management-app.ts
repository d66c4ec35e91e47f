import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Scope } from '@vestnik/core';
import { TENANT_DEFAULTS } from '@vestnik/core';
import { configureHttp, fastifyOptions, ManagementModule } from '../index.js';
import { fakePorts } from './fakes.js';

/** A management application over the ports in memory, with the tenants `demo` and `other`. */
export async function managementApp(publicUrl?: string) {
  const fakes = fakePorts(publicUrl);
  const app = await NestFactory.create<NestFastifyApplication>(ManagementModule.with(fakes.ports), new FastifyAdapter(fastifyOptions), { logger: ['error'] });
  configureHttp(app);
  await app.init();
  const demo = await fakes.directory.create('demo', 'Demo', TENANT_DEFAULTS);
  const other = await fakes.directory.create('other', undefined, TENANT_DEFAULTS);
  await fakes.tenants.refresh();

  /** A key of `demo` (or of another tenant) with these scopes. */
  async function keyWith(scopes: readonly Scope[], rest: { tenantId?: number; client?: string; expiresAt?: number } = {}): Promise<string> {
    const { key, hash, id } = fakes.keys.make();
    await fakes.keys.create({ id, tenantId: demo.id, title: 'a key', client: 'server', scopes, ...rest }, hash);
    return key;
  }

  /** The `Cookie` of an administrator of these tenants alone. */
  function administratorOf(...tenants: readonly string[]): string {
    const name = `of-${tenants.join('-and-')}`;
    fakes.administrators.accounts.set(name, { administrator: { id: 900, name, role: 'operator', createdAt: 0, tenants }, password: '' });
    fakes.administrators.cookies.set(name, name);
    return `vestnik=${name}`;
  }

  /** Calls with a secret in Authorization, or with headers alone. */
  async function call(method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE', url: string, secret?: string, body?: unknown, headers: Record<string, string> = {}) {
    const response = await app.inject({
      method,
      url,
      headers: {
        ...(secret === undefined ? {} : { authorization: `Bearer ${secret}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { payload: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const isJson = /json/.test(String(response.headers['content-type']));
    return { status: response.statusCode, headers: response.headers, text: response.body, body: isJson ? JSON.parse(response.body) : undefined };
  }

  return { ...fakes, app, demo, other, keyWith, administratorOf, call };
}

export type ManagementApp = Awaited<ReturnType<typeof managementApp>>;

/** The slug of a problem. */
export function slugOf({ body }: { body: { type?: string } | undefined }): string | undefined {
  return body?.type?.replace('urn:vestnik:problem:', '');
}

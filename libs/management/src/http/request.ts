/** What management reads of an HTTP request; Fastify's fits. */
export interface HttpRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** Of the peer, or as a trusted proxy said. */
  readonly ip: string;
  readonly params: unknown;
}

/** What management sets on an answer. */
export interface HttpReply {
  code(status: number): HttpReply;
  /** Several values: the header comes several times. */
  header(name: string, value: string | string[]): HttpReply;
  send(body: unknown): unknown;
}

/** A header that comes once; of several the first. */
export function headerOf(request: Pick<HttpRequest, 'headers'>, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value[0] : value;
}

/** The path alone: a query may hold what belongs into no log and no answer. */
export function pathOf(url: string): string {
  const query = url.indexOf('?');
  return query < 0 ? url : url.slice(0, query);
}

/** Whether the body is said to be JSON. */
export function isJsonType(contentType: string | undefined): boolean {
  return contentType !== undefined && JSON_TYPE.test(contentType);
}

export const JSON_TYPE = /^\s*application\/(?:[\w.+-]+\+)?json\s*(?:;|$)/i;

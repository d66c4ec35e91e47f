import { request } from 'node:http';

export interface AskOptions {
  readonly method?: string;
  /** An object is sent as JSON; a string as it is. */
  readonly body?: unknown;
  readonly credentials?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly timeoutMs?: number;
}

/** An HTTP answer, read whole. */
export interface Answer<Body = Record<string, unknown>> {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
  /** The parsed JSON, or an empty object where it is none. */
  readonly body: Body;
}

/**
 * Sends one HTTP request on a connection of its own.
 *
 * Not `fetch`: its pool keeps connections of servers that were killed, and repeats on its own account what the
 * checker has to know of.
 *
 * @throws Error where no whole answer came: the request may have been carried out or not
 */
export function ask<Body = Record<string, unknown>>(url: string, options: AskOptions = {}): Promise<Answer<Body>> {
  const { body, credentials, headers, timeoutMs = 30_000 } = options;
  const text = body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body);
  return new Promise((resolve, reject) => {
    const asked = request(
      url,
      {
        method: options.method ?? (text === undefined ? 'GET' : 'POST'),
        agent: false,
        headers: {
          ...(text === undefined ? {} : { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(text)) }),
          ...(credentials === undefined ? {} : { authorization: `Bearer ${credentials}` }),
          ...headers,
        },
        signal: AbortSignal.timeout(timeoutMs),
      },
      (answer) => {
        const chunks: Buffer[] = [];
        answer.on('data', (chunk: Buffer) => chunks.push(chunk));
        answer.on('error', reject);
        answer.on('end', () => {
          const whole = Buffer.concat(chunks).toString();
          resolve({ status: answer.statusCode ?? 0, headers: answer.headers, text: whole, body: parsed(whole) as Body });
        });
      },
    );
    asked.on('error', reject);
    asked.end(text);
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}

import { literalOf } from './literals.js';

/** In the order in which they are offered. */
export const LANGUAGES = ['curl', 'typescript', 'python', 'php', 'csharp', '1c'] as const;
export type ProgramLanguage = (typeof LANGUAGES)[number];

export const PROGRAMS = ['send', 'call', 'listen'] as const;
export type ProgramKind = (typeof PROGRAMS)[number];

/** What is set in the forms. There is no credential among it: programs take theirs from their environment. */
export interface ProgramValues {
  /** `https://bus.example.com` */
  readonly origin: string;
  readonly tenant: string;
  /** The message as it is sent. */
  readonly body: unknown;
  /** The call as it is sent. */
  readonly call: { readonly to: string; readonly method: string; readonly params?: unknown; readonly timeout?: number };
  /** What a listener answers to a call of that method. */
  readonly answer: unknown;
}

/** A whole program out of its template: `{{body}}` becomes the value as the language writes it. */
export function programOf(template: string, language: ProgramLanguage, given: ProgramValues): string {
  const { origin, tenant, call } = given;
  const path = `/v1/tenants/${encodeURIComponent(tenant)}`;
  const url = new URL(origin);
  const secure = url.protocol === 'https:';
  const values: Readonly<Record<string, unknown>> = {
    origin,
    tenant,
    base: origin + path,
    path,
    host: url.hostname,
    port: Number(url.port) || (secure ? 443 : 80),
    wait: 150,
    body: given.body,
    call,
    to: call.to,
    method: call.method,
    params: call.params ?? null,
    timeout: call.timeout ?? 15,
    answer: given.answer,
  };
  // Remarks and what is no value: as they are.
  const plain: Readonly<Record<string, string>> = {
    remark: secure
      ? 'Последний параметр: защищённое соединение; сертификат сервера проверяется, если его так настроить.'
      : 'С https добавьте седьмым параметром Новый ЗащищенноеСоединениеOpenSSL.',
    openssl: secure ? ', Новый ЗащищенноеСоединениеOpenSSL' : '',
  };
  return template
    .split('\n')
    .map((line) => {
      const indent = /^\s*/.exec(line)?.[0] ?? '';
      return line.replaceAll(/\{\{(\w+)\}\}/g, (_, name: string) => plain[name] ?? literalOf(values[name], language, indent, STRUCTURED.has(name)));
    })
    .join('\n');
}

/** Values that are JSON: shell, C# and 1C take them as a text. */
const STRUCTURED: ReadonlySet<string> = new Set(['body', 'call', 'params', 'answer']);

/** The file that a program is kept in. */
export const FILES: Readonly<Record<ProgramLanguage, string>> = { curl: 'sh', typescript: 'ts', python: 'py', php: 'php', csharp: 'cs', '1c': 'bsl' };

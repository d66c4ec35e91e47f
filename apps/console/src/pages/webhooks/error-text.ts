/** What the server noted of a failing webhook, taken apart so that it can be said in any language. Its own words where it is something else. */
export type ErrorText =
  | { readonly kind: 'answered'; readonly status: number; readonly redirect: boolean }
  | { readonly kind: 'in-a-row'; readonly count: number; readonly cause: string }
  | { readonly kind: 'a-day'; readonly cause: string }
  | { readonly kind: 'known'; readonly name: Known }
  | { readonly kind: 'other'; readonly text: string };

const KNOWN = {
  'its secret is not there: set the webhook again': 'no-secret',
  'paused by an administrator': 'by-administrator',
  'the endpoint answered 410: it wants no more': 'gone',
  'the name of the host was not found': 'no-host',
  'the connection was refused': 'refused',
  'the host cannot be reached': 'unreachable',
  'the certificate or the TLS handshake failed': 'tls',
  'what came back is not HTTP': 'not-http',
  'the connection broke': 'broke',
} as const;
export type Known = (typeof KNOWN)[keyof typeof KNOWN];

export function errorTextOf(text: string): ErrorText {
  if (Object.hasOwn(KNOWN, text)) return { kind: 'known', name: KNOWN[text as keyof typeof KNOWN] };
  const [, status, redirect] = /^the endpoint answered (\d{3})(; redirects are not followed)?$/.exec(text) ?? [];
  if (status !== undefined) return { kind: 'answered', status: Number(status), redirect: redirect !== undefined };
  const [, count, row] = /^(\d+) messages in a row were not taken: (.*)$/s.exec(text) ?? [];
  if (count !== undefined && row !== undefined) return { kind: 'in-a-row', count: Number(count), cause: row };
  const [, day] = /^nothing was taken for a day: (.*)$/s.exec(text) ?? [];
  if (day !== undefined) return { kind: 'a-day', cause: day };
  return { kind: 'other', text };
}

/** What to look at first, by what the endpoint answered last. */
export type Advice = 'signature' | 'url' | 'gone' | 'endpoint' | 'slow-down' | 'network' | 'certificate' | 'secret';

export function adviceOf(text: string): Advice | undefined {
  const error = errorTextOf(text);
  switch (error.kind) {
    case 'answered':
      return adviceOfStatus(error.status);
    case 'in-a-row':
    case 'a-day':
      return adviceOf(error.cause);
    case 'known':
      return ADVICE[error.name];
    case 'other':
      return undefined;
  }
}

const ADVICE: Readonly<Record<Known, Advice | undefined>> = {
  'no-secret': 'secret',
  'by-administrator': undefined,
  gone: 'gone',
  'no-host': 'url',
  refused: 'network',
  unreachable: 'network',
  tls: 'certificate',
  'not-http': 'url',
  broke: 'network',
};

function adviceOfStatus(status: number): Advice | undefined {
  if (status === 401 || status === 403) return 'signature';
  if (status === 404 || status === 405 || (status >= 300 && status < 400)) return 'url';
  if (status === 410) return 'gone';
  if (status === 429) return 'slow-down';
  return 'endpoint';
}

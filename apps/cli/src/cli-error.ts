import { VestnikError } from '@vestnik/client';
import { EXIT, type ExitCode } from './exit-codes.js';
import { printable } from './table.js';

/** A failure told to a person: what happened, why, and what to do about it. */
export class CliError extends Error {
  override readonly name = 'CliError';

  constructor(
    readonly exitCode: ExitCode,
    readonly what: string,
    readonly more: { readonly why?: string; readonly todo?: string; readonly slug?: string } = {},
  ) {
    super(what);
  }
}

/** The address where a bus was looked for, and for which key: what an explanation needs. */
export interface Attempt {
  readonly what: string;
  readonly url: string;
}

const TODO: Readonly<Record<string, string>> = {
  unauthenticated: 'Check the key: vestnik key list --tenant <tenant> shows those that exist.',
  'token-expired': 'Get a new one: vestnik token <client>.',
  'scope-missing': 'Use a key with this scope: vestnik key create --scope <scopes>.',
  'tenant-unknown': 'Check --tenant; vestnik tenant list shows those that exist.',
  'recipient-refused': 'The receiving tenant decides who may write to it: see its setting accepts.',
  'idempotency-mismatch': 'Take another --idempotency-key for another message.',
  'rate-limited': 'Wait a moment and try again.',
  'client-offline': 'Nobody is connected as this client now: vestnik presence get <client> tells who is.',
  'call-timeout': 'Give it longer with --timeout, or see whether the client answers this method.',
  'call-interrupted': 'It may have been carried out: look before you call again.',
  'url-refused': 'The bus fetches https only, and no private address unless VESTNIK_EGRESS_ALLOW has it.',
  'position-expired': 'Leave the position out, or take a later one.',
  'inbox-full': 'The recipient has to acknowledge what it has first.',
};

const NOT_PERMITTED = new Set(['unauthenticated', 'token-expired', 'forbidden', 'scope-missing', 'origin-refused']);

/** Explains a failure of the bus, or of the way to it. */
export function explain(thrown: unknown, { what, url }: Attempt): CliError {
  if (thrown instanceof CliError) return thrown;
  if (!(thrown instanceof VestnikError)) throw thrown;
  const { slug, detail, errors } = thrown;
  if (slug === 'unreachable') {
    return new CliError(EXIT.unreachable, what, {
      why: `the bus at ${url} cannot be reached: ${detail}`,
      todo: 'Is it running? vestnik start starts one here; --url or VESTNIK_URL says where another is.',
      slug,
    });
  }
  const fields = errors.length > 1 ? errors.map(({ path, message }) => `\n  ${path}: ${message}`).join('') : '';
  const exitCode = NOT_PERMITTED.has(slug) ? EXIT.notPermitted : EXIT.failed;
  return new CliError(exitCode, what, { why: `${detail === '' ? slug : `${detail} (${slug})`}${fields}${calleeError(thrown)}`, todo: TODO[slug], slug });
}

/** What the called client itself has answered. */
function calleeError({ slug, extra: { error } }: VestnikError): string {
  if (slug !== 'call-failed' || typeof error !== 'object' || error === null) return '';
  const { code, message, data } = error as { code?: unknown; message?: unknown; data?: unknown };
  return `: ${printable(`${String(message)} (code ${String(code)})${data === undefined ? '' : ` ${JSON.stringify(data)}`}`)}`;
}

import { isLabel, readName, readTopic } from './names.js';
import { invalid } from './problems.js';

/** What stands before the `@` of an address. */
export type Addressee =
  | { readonly kind: 'client'; readonly name: string }
  | { readonly kind: 'session'; readonly name: string; readonly session: string }
  | { readonly kind: 'topic'; readonly name: string }
  | { readonly kind: 'everyone' };

/**
 * A parsed address (section 1 of the protocol).
 *
 * Without `tenant` it is in the sender's own tenant. `path` holds the installations between
 * here and there, nearest last; it is empty for this installation.
 */
export interface Address {
  readonly addressee: Addressee;
  readonly tenant?: string;
  readonly path: readonly string[];
}

const SESSION = /^[A-Za-z0-9_-]{1,64}$/;
const EVERYONE: Addressee = { kind: 'everyone' };
const NO_PATH: readonly string[] = [];

/**
 * Reads an address such as `ivanov`, `ivanov@accounting.branch-7`, `ivanov@accounting/7f3a`,
 * `#orders/eu` or `*@accounting`. Names come out in NFC.
 *
 * @param path where it stood in the request, for the problem
 * @throws Problem `address-invalid`
 */
export function parseAddress(text: string, path = 'to'): Address {
  const at = text.indexOf('@');
  if (at < 0) return { addressee: parseAddressee(text, path), path: NO_PATH };

  let local = text.slice(0, at);
  let place = text.slice(at + 1);
  const slash = place.indexOf('/');
  if (slash >= 0) {
    local = `${local}/${place.slice(slash + 1)}`;
    place = place.slice(0, slash);
    if (text.startsWith('#')) throw invalid('address-invalid', path, 'a topic has no session');
  }
  const labels = place.split('.');
  if (!labels.every(isLabel)) {
    throw invalid('address-invalid', path, 'after the @ come labels of a-z, 0-9 and -, separated by dots: the tenant, then installations');
  }
  return { addressee: parseAddressee(local, path), tenant: labels[0], path: labels.slice(1) };
}

function parseAddressee(text: string, path: string): Addressee {
  if (text === '*') return EVERYONE;
  if (text.startsWith('#')) {
    const name = readTopic(text.slice(1));
    if (name === undefined) throw invalid('address-invalid', path, 'a topic is levels of letters, digits, space, . _ - separated by /, 1 to 128 characters');
    return { kind: 'topic', name };
  }
  const slash = text.indexOf('/');
  const name = readName(slash < 0 ? text : text.slice(0, slash));
  if (name === undefined) throw invalid('address-invalid', path, 'a client is 1 to 128 letters, digits, space, . _ - with no space at either end');
  if (slash < 0) return { kind: 'client', name };
  const session = text.slice(slash + 1);
  if (!SESSION.test(session)) throw invalid('address-invalid', path, 'a session is 1 to 64 of A-Z a-z 0-9 _ -');
  return { kind: 'session', name, session };
}

/** Writes what stands before the `@`, with its session after it where there is one. */
export function formatAddress(addressee: Addressee, tenant: string, path: readonly string[]): string {
  const place = [tenant, ...path].join('.');
  switch (addressee.kind) {
    case 'client':
      return `${addressee.name}@${place}`;
    case 'session':
      return `${addressee.name}@${place}/${addressee.session}`;
    case 'topic':
      return `#${addressee.name}@${place}`;
    case 'everyone':
      return `*@${place}`;
  }
}

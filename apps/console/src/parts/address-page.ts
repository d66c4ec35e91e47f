import { type Address, parseAddress } from '@vestnik/protocol/address';
import { pathTo, withQuery } from './paths.js';

/**
 * The page of whom an address names: of a client, or the topics. Undefined where it is of another installation,
 * names everyone, or is none.
 *
 * @param installation the name of this one
 */
export function pageOfAddress(text: string, installation: string | undefined): string | undefined {
  const address = read(text);
  if (address?.tenant === undefined || address.path.length > 1 || address.path[0] !== installation) return undefined;
  const { addressee, tenant } = address;
  if (addressee.kind === 'everyone') return undefined;
  if (addressee.kind === 'topic') return withQuery('/topics', { tenant, search: addressee.name });
  return pathTo`/tenants/${tenant}/clients/${addressee.name}`;
}

function read(text: string): Address | undefined {
  try {
    return parseAddress(text);
  } catch {
    return undefined;
  }
}

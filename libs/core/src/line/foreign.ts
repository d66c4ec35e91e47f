import { type Address, formatAddress, LIMITS, parseJson, parseWith } from '@vestnik/protocol';
import type { Remote } from '../ports/links.js';

/** An address of another installation as it is written here: whoever writes to it again reaches it by that. */
export function writtenHere({ addressee, tenant = '' }: Address, remote: Remote): string {
  return formatAddress(addressee, tenant, remote.path);
}

/** As its own installation writes it. @param whole address of this one */
export function writtenThere(whole: string): string {
  const at = whole.lastIndexOf('@') + 1;
  const dot = whole.indexOf('.', at);
  const slash = whole.indexOf('/', at);
  return dot < 0 ? whole : whole.slice(0, dot) + (slash < 0 ? '' : whole.slice(slash));
}

/** Reads what another installation says. @throws Problem `request-invalid` */
export function readParams<Schema extends Parameters<typeof parseWith>[0]>(schema: Schema, text: string): ReturnType<typeof parseWith<Schema>> {
  return parseWith(schema, parseJson(text, LIMITS.jsonDepth + 4), 'request-invalid');
}

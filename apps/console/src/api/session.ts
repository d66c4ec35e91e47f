import { queryOptions, useQuery } from '@tanstack/react-query';
import { answerOf, api, type Schema } from './client.js';

/** Who is signed in, as the server says. */
export type Session = Schema<'SignedIn'>;
export type Role = Session['role'];

const RANK: Readonly<Record<Role, number>> = { viewer: 0, operator: 1, owner: 2 };

/** Asked once, and kept until signing out: rights are decided by the server at each call anyway. */
export const sessionQuery = queryOptions({
  queryKey: ['session'],
  queryFn: ({ signal }) => answerOf(api.GET('/v1/session', { signal })),
  staleTime: 300_000,
  gcTime: Number.POSITIVE_INFINITY,
  retry: false,
});

/** Who is signed in; undefined only on the page where one signs in. */
export function useSession(): Session | undefined {
  return useQuery({ ...sessionQuery, enabled: false }).data;
}

/** What a page or a button asks of whoever is signed in. */
export interface Right {
  readonly role: Role;
  /** Only for administrators of the whole installation, not for those of single tenants. */
  readonly whole?: boolean;
}

/** Whether the session has a right. The server decides again: this only keeps from showing what would be refused. */
export function may(session: Session | undefined, { role, whole = false }: Right): boolean {
  if (session === undefined || RANK[session.role] < RANK[role]) return false;
  return !(whole && 'tenants' in session && session.tenants !== undefined);
}

/** Whether whoever is signed in may do what asks for this role: `useMay('operator')`, `useMay('owner', { whole: true })`. */
export function useMay(role: Role, { whole = false }: { whole?: boolean } = {}): boolean {
  return may(useSession(), { role, whole });
}

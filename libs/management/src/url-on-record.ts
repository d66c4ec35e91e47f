/** A URL as the audit trail has it: a query may carry a key of the endpoint's own, and the trail is read by others than set it. */
export function urlOnRecord(url: string): string {
  const { origin, pathname } = new URL(url);
  return `${origin}${pathname}`;
}

/** Calls that one purge makes at most: an inbox holds 100,000 messages by default, a call withdraws 1,000. */
const CALLS_MAX = 1_000;

/**
 * Purges call by call until nothing waits. @param sofar is told how many are gone
 * @returns how many messages were withdrawn
 */
export async function purgeAll(
  purge: () => Promise<{ readonly messages: number; readonly more: boolean }>,
  sofar: (messages: number) => void,
): Promise<number> {
  let gone = 0;
  for (let call = 0; call < CALLS_MAX; call++) {
    const { messages, more } = await purge();
    gone += messages;
    // Where a call finds nothing to withdraw the next one would not either.
    if (!more || messages === 0) break;
    sofar(gone);
  }
  return gone;
}

/** How large anything may be that crosses a link. Bytes, unless named otherwise. */
export const WIRE = {
  /** Header and envelope together. */
  headerBytes: 64 * 1024,
  /** One message as large as may cross, with as many recipients as one may have, and names of the longest letters; or a bundle of smaller ones. */
  bodyBytes: 2 * 1024 * 1024,
  /** Header, envelope and body. */
  packetBytes: 64 * 1024 + 2 * 1024 * 1024,
  /** Before both have proved who they are. */
  greetingBytes: 64 * 1024,
  headerDepth: 8,
  hops: 8,
  cursors: 1_000,
  routes: 500,
  bundleEntries: 100,
  entryStates: 1_000,
  addressCharacters: 512,
  keyListCharacters: 4_096,
  urlCharacters: 2_048,
} as const;

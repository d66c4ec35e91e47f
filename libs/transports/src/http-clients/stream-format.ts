import type { Push, SessionEnd } from '@vestnik/core';

/** How a stream writes what is pushed: the same session, another wire format. */
export interface StreamFormat {
  /** As sessions are listed by it. */
  readonly transport: 'sse' | 'json-lines';
  readonly contentType: string;
  /** Written at once, so that everything on the way passes the head on. */
  readonly opening: Uint8Array;
  /** Written every 15 s: nothing, as far as the client is concerned. */
  readonly stillThere: Uint8Array;
  /** A push, made once for all streams of this format. */
  encode(push: Push): Uint8Array;
  /** The last that is written before the server ends a stream. */
  closing(end: SessionEnd): Uint8Array;
  /** Written before the server ends a stream that the client is to take up again at once. */
  readonly comeBack: Uint8Array;
}

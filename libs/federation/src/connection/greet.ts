import { decodePacket, encodePacket } from '../wire/codec.js';
import type { ByeFrame } from '../wire/frames.js';
import { CarriedConnection } from './carried-connection.js';
import type { Carrier } from './carrier.js';
import { HANDSHAKE_MS, Handshake, type HandshakeRole, type HandshakeStep } from './handshake.js';
import type { Introduction } from './introduction.js';

/** A handshake that came to nothing. The message is for this installation's administrator. */
export class NotGreeted extends Error {
  override readonly name = 'NotGreeted';

  constructor(
    message: string,
    /** Undefined: the line broke, or nothing came in time. */
    readonly reason?: ByeFrame['reason'],
    readonly byPeer = false,
  ) {
    super(message);
  }
}

/**
 * Shakes hands over a carrier.
 *
 * @throws NotGreeted; the carrier has ended then, or is about to
 */
export function greet(carrier: Carrier, role: HandshakeRole, introduction: Introduction): Promise<CarriedConnection> {
  const { clock } = introduction;
  return new Promise((resolve, reject) => {
    let connection: CarriedConnection | undefined;
    let failed = false;
    const deadline = clock.after(HANDSHAKE_MS, () => {
      fail(new NotGreeted(`the handshake took longer than ${HANDSHAKE_MS / 1_000} s`));
      carrier.destroy('the handshake took too long');
    });
    const fail = (error: Error) => {
      deadline.cancel();
      if (failed || connection !== undefined) return;
      failed = true;
      reject(error);
    };
    const own = introduction.own();
    if (own === undefined) {
      fail(new NotGreeted('this installation has no keys for links yet'));
      carrier.destroy('no links here');
      return;
    }
    const handshake = new Handshake(role, own, {
      keysOf: introduction.keysOf,
      peerKeys: introduction.peerKeys,
      now: () => clock.now(),
      nonce: introduction.random(32),
    });
    const take = ({ send, outcome }: HandshakeStep) => {
      for (const packet of send) carrier.send(encodePacket(packet));
      if (outcome === undefined) return;
      if (outcome.kind === 'failed') {
        fail(new NotGreeted(failure(outcome.reason, outcome.detail, outcome.byPeer), outcome.reason, outcome.byPeer));
        carrier.end();
        return;
      }
      deadline.cancel();
      // It keeps what comes from here on, while the keys are being kept.
      const made = new CarriedConnection(carrier, outcome.peer, outcome.version, role.kind === 'dialer' ? 'us' : 'them');
      connection = made;
      const { peer, newerKeys } = outcome;
      if (newerKeys === undefined) {
        resolve(made);
        return;
      }
      (async () => introduction.newerKeys(peer, newerKeys))().then(
        () => resolve(made),
        (error: unknown) => {
          made.close('draining', 'try again');
          reject(new NotGreeted(`its newer keys could not be kept: ${(error as Error).message}`));
        },
      );
    };
    carrier.listen({
      received: (bytes) => {
        if (connection !== undefined) return connection.received(bytes);
        if (failed) return;
        const packet = decodePacket(bytes);
        if (packet !== undefined) return take(handshake.receive(packet));
        carrier.send(encodePacket({ frame: { t: 'bye', reason: 'protocol', detail: 'what came is no frame' } }));
        fail(new NotGreeted('what came is no frame: this is no installation of Vestnik, or something on the way changes what it says', 'protocol'));
        carrier.end();
      },
      closed: (reason) => {
        if (connection !== undefined) connection.closed(reason);
        else fail(new NotGreeted(`the line broke during the handshake: ${reason}`));
      },
    });
    take(handshake.begin());
  });
}

function failure(reason: ByeFrame['reason'], detail: string, byPeer: boolean): string {
  if (!byPeer) return detail;
  if (reason === 'refused' && detail === '') {
    return 'the other side refuses the link: it has removed it, or knows other keys of this installation; if its administrator did not mean that, and a new key (vestnik link rotate) does not mend it, pair anew';
  }
  return `the other side says: ${reason}${detail === '' ? '' : `, ${detail}`}`;
}

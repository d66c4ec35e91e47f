import type { LinkConnection } from './connection.js';
import { dialExchange } from './exchange.js';
import { NotGreeted } from './greet.js';
import type { Introduction } from './introduction.js';
import { dialWebSocket, NotOpened } from './websocket.js';

/** A WebSocket that breaks sooner than this did not live. */
const EARLY_MS = 5_000;
/** So many in a row, and WebSockets are taken for impossible there. */
const EARLY_DEATHS = 2;
const EXCHANGE_FOR_MS = 3_600_000;

/** A neighbour that could not be reached. The message says what an administrator can do. */
export class NotDialled extends Error {
  override readonly name = 'NotDialled';
}

/** How WebSockets have fared at an address. */
interface Place {
  earlyDeaths: number;
  /** Until then by POST; monotonic. */
  exchangeUntil?: number;
}

/**
 * Dials neighbours: by WebSocket, or by POST after POST where something on the way does not let WebSockets live.
 *
 * That is so where the upgrade is refused, or where two in a row break within 5 s without a goodbye. After an hour a dial tries a
 * WebSocket again. It does not dial again by itself.
 */
export class Dialler {
  private readonly places = new Map<string, Place>();

  constructor(private readonly introduction: Introduction) {}

  /**
   * @param url the installation's address, `https://bus.example.com/base`
   * @param peer its id
   * @throws NotDialled
   */
  readonly dial = async (url: string, peer: string): Promise<LinkConnection> => {
    const place = this.places.get(url) ?? { earlyDeaths: 0 };
    this.places.set(url, place);
    const { clock } = this.introduction;
    if (place.exchangeUntil !== undefined && clock.monotonic() >= place.exchangeUntil) {
      place.exchangeUntil = undefined;
      place.earlyDeaths = 0;
    }
    if (place.exchangeUntil !== undefined) return this.exchange(url, peer, place, 'WebSockets did not live there');
    let openedAt: number | undefined;
    try {
      const connection = await dialWebSocket(url, peer, this.introduction, () => (openedAt = clock.monotonic()));
      connection.onClose(() => {
        const early = clock.monotonic() - (openedAt ?? 0) < EARLY_MS;
        if (early && !connection.saidGoodbye) this.died(place);
        else place.earlyDeaths = 0;
      });
      return connection;
    } catch (error) {
      const why = (error as Error).message;
      if (error instanceof NotOpened && isRefusal(error.status)) return this.exchange(url, peer, place, why);
      if (mayBeTheWay(error) && this.died(place)) return this.exchange(url, peer, place, why);
      throw new NotDialled(advice(url, error), { cause: error });
    }
  };

  /** @returns whether it was one too many */
  private died(place: Place): boolean {
    place.earlyDeaths++;
    if (place.earlyDeaths < EARLY_DEATHS) return false;
    place.exchangeUntil = this.introduction.clock.monotonic() + EXCHANGE_FOR_MS;
    return true;
  }

  private async exchange(url: string, peer: string, place: Place, why: string): Promise<LinkConnection> {
    try {
      const connection = await dialExchange(url, peer, this.introduction);
      place.exchangeUntil ??= this.introduction.clock.monotonic() + EXCHANGE_FOR_MS;
      return connection;
    } catch (error) {
      // The next dial begins with a WebSocket: that this does not work either says nothing about those.
      place.exchangeUntil = undefined;
      place.earlyDeaths = 0;
      if (error instanceof NotGreeted && error.reason !== undefined) throw new NotDialled(advice(url, error), { cause: error });
      throw new NotDialled(
        `${shown(url)} could not be reached, neither by WebSocket (${why}) nor by POST (${(error as Error).message}): check that the address is that of a Vestnik with links, and that proxies before it pass /v1/links on`,
        { cause: error },
      );
    }
  }
}

/** Somebody answered, and it was no WebSocket. That a server has no room now is another thing. */
function isRefusal(status: number | undefined): boolean {
  return status !== undefined && status !== 429 && status !== 503;
}

const UNREACHABLE: Record<string, string> = {
  ECONNREFUSED: 'nobody listens there: is the other installation running, and is the port right',
  ENOTFOUND: 'the name is not known to DNS: is the address right',
  EAI_AGAIN: 'DNS does not answer: is this machine’s network up',
  EHOSTUNREACH: 'there is no way there: does a firewall or a VPN stand between',
  ENETUNREACH: 'there is no way there: does a firewall or a VPN stand between',
  ETIMEDOUT: 'nobody answers: does a firewall stand between',
  EPROTO: 'no TLS is spoken there: is the address one of http, not https',
};

const CERTIFICATE = /CERT|SELF_SIGNED|UNABLE_TO_|ALTNAME/;

/** Whether what went wrong may be the doing of something on the way that dislikes WebSockets. */
function mayBeTheWay(error: unknown): boolean {
  if (error instanceof NotGreeted) return error.reason === undefined;
  return error instanceof NotOpened && error.status === undefined && !(error.code !== undefined && (error.code in UNREACHABLE || CERTIFICATE.test(error.code)));
}

function advice(url: string, error: unknown): string {
  const { message } = error as Error;
  if (!(error instanceof NotOpened)) return `${shown(url)}: ${message}`;
  const { status, code } = error;
  if (status !== undefined) return `${shown(url)} takes no connections now (HTTP ${status}): it is tried again`;
  if (code !== undefined && CERTIFICATE.test(code)) {
    return `the certificate of ${shown(url)} is not trusted (${code}): renew it there, or make its authority known here by NODE_EXTRA_CA_CERTS`;
  }
  const question = code === undefined ? undefined : UNREACHABLE[code];
  return `${shown(url)} could not be reached: ${question === undefined ? message : `${question}? (${code})`}`;
}

/** Without the password that an address may hold. */
function shown(url: string): string {
  const { origin, pathname } = new URL(url);
  return pathname === '/' ? origin : origin + pathname;
}

import { LINK_QUOTA, type Link, type LinkChange, type LinkDirectory } from '@vestnik/core';
import { invalid, isLabel, Problem, parseWith } from '@vestnik/protocol';
import { type KeyList, readKeyList } from '../identity/index.js';
import { type StateFrame, VERSIONS } from '../wire/frames.js';
import { type AskInviter, askInviter, type PairingAnswer, type PairingQuestion, pairingAnswer, pairingQuestion } from './exchange.js';
import { inviteKeys, readInvite } from './invite.js';
import { Invites, type InvitesPorts, inviteRefused } from './invites.js';
import { readLinkUrl } from './link-url.js';
import { type Introduction, isProof, proveAcceptance, proveInvitation, wordsOf } from './transcript.js';

const NONCE_BYTES = 32;
const NAME_CHARACTERS_MAX = 63;

export interface PairingPorts extends InvitesPorts {
  readonly directory: LinkDirectory;
  /** Where others can dial this installation, where its administrator has said so: told to whoever invites. */
  readonly ownUrl?: string;
  /** The directory has changed: this node looks at once, the others are told. */
  readonly changed: () => Promise<void>;
  /** Told of each installation that has come with an invite, and from where. */
  readonly onPaired?: (link: Link, address: string | undefined) => Promise<void>;
  /** Asks the inviting side; default over HTTP. */
  readonly ask?: AskInviter;
}

/**
 * Links two installations that have never met, by an invite that is pasted from one to the other.
 *
 * Both prove that they know its secret by an HMAC over what both have said, their root keys and key lists among it, and both
 * show six words made of the same; the link is pending until both administrators have confirmed.
 */
export class Pairing {
  readonly invites: Invites;
  private readonly ask: AskInviter;

  constructor(private readonly ports: PairingPorts) {
    this.invites = new Invites(ports);
    this.ask = ports.ask ?? askInviter;
  }

  /**
   * Accepts an invite.
   *
   * @param name what the other installation is called here; default what it calls itself
   * @returns the link, pending
   * @throws Problem `request-invalid` where the invite is none, or is not taken; `conflict` where the name is taken or the two are linked
   *   already; `unavailable` where the other side cannot be reached
   */
  async accept(text: string, name?: string): Promise<Link> {
    const invite = readInvite(text);
    const { identity } = this.ports;
    await identity.load();
    if (invite.id === identity.id) throw new Problem('conflict', 'this invite is of this very installation: it is for another one');
    const links = await this.requireUnlinked(invite.id);
    const called = this.requireName(name ?? invite.name, links, invite.id, name === undefined);

    const keys = inviteKeys(invite.secret);
    const self = this.introduce(this.ports.ownUrl);
    const question: PairingQuestion = { ...self, word: keys.word, proof: base64url(proveAcceptance(keys.proof, invite.id, self)) };
    const answer = readAnswer(await this.ask(invite.url, question));
    const list = listOf(answer);
    if (answer.id !== invite.id || list === undefined || !isProof(proveInvitation(keys.proof, introductionOf(answer), self), answer.proof)) {
      throw new Problem('unavailable', `what answers at ${invite.url} is not the installation that has made the invite`);
    }
    requireVersion(answer.versions);
    return this.add({ said: answer, list, name: called, url: invite.url, words: wordsOf(introductionOf(answer), self) });
  }

  /**
   * Answers `POST /v1/links/pair`: the inviting side.
   *
   * @param address from where it comes
   * @throws Problem `unauthenticated` where the invite does not count, `conflict` where the two are linked already, `request-invalid`
   */
  async answer(body: unknown, address?: string): Promise<PairingAnswer> {
    const question = parseWith(pairingQuestion, body, 'request-invalid');
    const accepting = introductionOf(question);
    const { identity } = this.ports;
    // An installation that has never used links has made no invite.
    if (!(await identity.loadIfMade())) throw inviteRefused();
    const { key, use } = await this.invites.open(question.word, question.proof, (proof) => proveAcceptance(proof, identity.id, accepting));
    // Only who knows the secret is told more.
    const list = listOf(question);
    if (list === undefined) throw invalid('request-invalid', 'keys', 'is not a list of link keys that the root key has signed');
    if (question.id === identity.id) throw new Problem('conflict', 'an installation is not linked with itself');
    requireVersion(question.versions);
    const links = await this.requireUnlinked(question.id);
    await use();

    const self = this.introduce(this.ports.publicUrl());
    const name = freeName(question.name, links, this.ports.installation, question.id);
    const link = await this.add({ said: question, list, name, url: question.url, words: wordsOf(self, accepting) });
    await this.ports.onPaired?.(link, address);
    return { ...self, proof: base64url(proveInvitation(key, self, accepting)) };
  }

  /**
   * Says that an administrator here has compared the words.
   *
   * @param name what the other installation is called from now on
   * @returns the link, active where the other side has confirmed too; undefined where there is none
   * @throws Problem `conflict` where the name is taken, this installation's own, or the link was confirmed under another one
   */
  async confirm(id: string, name?: string): Promise<Link | undefined> {
    const links = await this.ports.directory.links();
    const link = links.find((one) => one.id === id);
    if (link === undefined) return undefined;
    if (name !== undefined && name !== link.name) {
      this.requireName(name, links, id, false);
      if (link.confirmedHere) throw invalid('conflict', 'name', `the link was confirmed as ${link.name}; addresses are written with that name`);
    }
    if (link.confirmedHere) return link;
    const after = await this.ports.directory.change(id, { confirmedHere: true, ...(name === undefined ? {} : { name }) });
    await this.ports.changed();
    return after;
  }

  /** Notes how the other side says the link stands; whoever holds its connection calls it with each `state`. */
  async heard(id: string, frame: StateFrame): Promise<void> {
    const link = (await this.ports.directory.links()).find((one) => one.id === id);
    const change = link === undefined ? undefined : changeBy(link, frame);
    if (change === undefined) return;
    await this.ports.directory.change(id, change);
    await this.ports.changed();
  }

  /** What is said is written as it is read at the other side: the proof is over it. */
  private introduce(given: string | undefined): Introduction {
    const { identity, installation, random } = this.ports;
    const url = given === undefined ? undefined : readLinkUrl(given);
    return {
      versions: [VERSIONS.lowest, VERSIONS.highest],
      id: identity.id,
      root: base64url(identity.rootKey),
      keys: identity.listText,
      nonce: base64url(random(NONCE_BYTES)),
      name: installation,
      ...(url === undefined ? {} : { url }),
    };
  }

  private async requireUnlinked(id: string): Promise<Link[]> {
    const links = await this.ports.directory.links();
    const link = links.find((one) => one.id === id);
    if (link !== undefined && link.state !== 'pending') throw new Problem('conflict', 'the two installations are linked already; remove the link first');
    return links;
  }

  private requireName(name: string, links: readonly Link[], id: string, isSuggested: boolean): string {
    const more = isSuggested ? '; give it another name here' : '';
    if (!isLabel(name)) throw invalid('request-invalid', 'name', `an installation is named like a DNS label: a-z, 0-9 and -, 1 to 63 characters${more}`);
    if (name === this.ports.installation) throw invalid('conflict', 'name', `${name} is the name of this installation${more}`);
    if (links.some((link) => link.name === name && link.id !== id)) throw invalid('conflict', 'name', `there is a link ${name} already${more}`);
    return name;
  }

  /** A link that was not confirmed by both is made anew, with new words. */
  private async add({ said, list, name, url, words }: NewPair): Promise<Link> {
    const { directory, changed } = this.ports;
    await directory.remove(list.id);
    const link = await directory.add({
      id: list.id,
      name,
      proposedName: said.name,
      state: 'pending',
      rootKey: list.rootKey,
      keys: said.keys,
      confirmedHere: false,
      confirmedThere: false,
      words,
      transit: false,
      quota: LINK_QUOTA,
      ...(url === undefined ? {} : { url }),
    });
    await changed();
    return link;
  }
}

interface NewPair {
  readonly said: Introduction;
  readonly list: KeyList;
  readonly name: string;
  readonly url: string | undefined;
  readonly words: string;
}

/** What changes of a link by what its other side says; undefined: nothing. A confirmation is never taken back but by a removal. */
export function changeBy(link: Link, frame: Pick<StateFrame, 'confirmed' | 'url'>): LinkChange | undefined {
  const url = frame.url === undefined ? undefined : readLinkUrl(frame.url);
  const change: LinkChange = {
    ...(frame.confirmed && !link.confirmedThere ? { confirmedThere: true } : {}),
    // Nobody is moved to where others can read along.
    ...(url === undefined || url === link.url || (link.url?.startsWith('https:') && !url.startsWith('https:')) ? {} : { url }),
  };
  return Object.keys(change).length === 0 ? undefined : change;
}

/** The name that is suggested, or the next that is free, until the administrator has chosen. */
function freeName(suggested: string, links: readonly Link[], own: string, id: string): string {
  const base = isLabel(suggested) ? suggested : 'link';
  const isTaken = (name: string) => name === own || links.some((link) => link.name === name && link.id !== id);
  if (!isTaken(base)) return base;
  for (let count = 2; ; count++) {
    const name = `${base.slice(0, NAME_CHARACTERS_MAX - 6).replace(/-+$/, '')}-${count}`;
    if (!isTaken(name)) return name;
  }
}

function introductionOf({ versions, id, root, keys, nonce, name, url }: Introduction): Introduction {
  return { versions, id, root, keys, nonce, name, ...(url === undefined ? {} : { url }) };
}

/** The list of its keys, where it is its own. */
function listOf({ id, root, keys }: Introduction): KeyList | undefined {
  const list = readKeyList(keys);
  return list !== undefined && list.id === id && base64url(list.rootKey) === root ? list : undefined;
}

function readAnswer(said: unknown): PairingAnswer {
  const { data } = pairingAnswer.safeParse(said);
  if (data === undefined) throw new Problem('unavailable', 'the other installation has answered what is no answer');
  return data;
}

function requireVersion([lowest, highest]: readonly [number, number]): void {
  if (lowest <= VERSIONS.highest && highest >= VERSIONS.lowest) return;
  throw new Problem(
    'conflict',
    `the two installations speak no common version of links: ${lowest} to ${highest}, and ${VERSIONS.lowest} to ${VERSIONS.highest} here`,
  );
}

const base64url = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64url');

// The other end of a link, written from docs/federation.md alone: node other-end.mjs <invite>
// Pairs, prints the six words, connects, greets ivanov@demo, prints and acknowledges what is sent to it, and answers calls.
// It keeps nothing on disk, so it is for looking at the wire, not for work: one that starts anew is another installation.
import { createHash, createHmac, createPublicKey, generateKeyPairSync, randomBytes, sign, verify } from 'node:crypto';
import { wordlist } from '@scure/bip39/wordlists/english.js';
import { WebSocket } from 'ws';

const text = (bytes) => Buffer.from(bytes).toString('base64url');
const bytes = (base64url) => Buffer.from(base64url, 'base64url');
const bits = (from) => [...from].map((byte) => byte.toString(2).padStart(8, '0')).join('');
const base32 = (from) => bits(from).replace(/.{5}/g, (five) => 'abcdefghijklmnopqrstuvwxyz234567'[Number.parseInt(five, 2)]);
const hmac = (key, of) => createHmac('sha256', key).update(of).digest();
const sha256 = (of) => createHash('sha256').update(of).digest();
const SPKI = Buffer.from('302a300506032b6570032100', 'hex'); // RFC 8410: what stands before the 32 bytes of a public key
const isSigned = (raw, of, signature) => verify(null, Buffer.from(of), createPublicKey({ key: Buffer.concat([SPKI, raw]), format: 'der', type: 'spki' }), bytes(signature));
const newPair = () => {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  return { raw: publicKey.export({ format: 'der', type: 'spki' }).subarray(12), sign: (of) => text(sign(null, Buffer.from(of), privateKey)) };
};
/** A UUIDv7 (RFC 9562). */
const newId = () => {
  const id = randomBytes(16);
  id.writeUIntBE(Date.now(), 0, 6);
  id[6] = 0x70 | (id[6] & 15);
  id[8] = 0x80 | (id[8] & 63);
  return id.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
};

// Who this end is: a root key, a link key, and the list of link keys that the root key has signed.
const root = newPair();
const own = newPair();
const id = base32(sha256(root.raw).subarray(0, 20));
const list = JSON.stringify({ id, root: text(root.raw), serial: 1, keys: [{ key: '1-own', public: text(own.raw), expiresAt: Date.now() + 86_400_000 }], issuedAt: Date.now() });
const keys = JSON.stringify({ list, signature: root.sign(`vestnik-key-list-1\n${list}`) });

// Pairing.
const invite = JSON.parse(bytes(process.argv[2].trim().slice('vestnik-link.'.length)));
const proofKey = hmac(bytes(invite.s), 'vestnik-link-invite-1\nproof');
const membersOf = ({ versions, id, root, keys, nonce, name, url }) => [versions, id, root, keys, nonce, name, url ?? null];
const self = { versions: [1, 1], id, root: text(root.raw), keys, nonce: text(randomBytes(32)), name: 'other-end' };
const word = text(hmac(bytes(invite.s), 'vestnik-link-invite-1\nlookup'));
const proof = text(hmac(proofKey, `vestnik-link-accept-1\n${JSON.stringify([invite.i, membersOf(self)])}`));
const answer = await fetch(`${invite.u}/v1/links/pair`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ ...self, word, proof }) });
const peer = await answer.json();
if (!answer.ok) throw new Error(peer.detail);
const both = JSON.stringify([membersOf(peer), membersOf(self)]);
const peerKeys = JSON.parse(peer.keys);
const said = JSON.parse(peerKeys.list);
const isPeer = peer.id === invite.i && said.id === peer.id && said.root === peer.root && base32(sha256(bytes(peer.root)).subarray(0, 20)) === peer.id;
const isProven = text(hmac(proofKey, `vestnik-link-invite-1\n${both}`)) === peer.proof && isSigned(bytes(peer.root), `vestnik-key-list-1\n${peerKeys.list}`, peerKeys.signature);
if (!isPeer || !isProven) throw new Error('this is not the installation that has made the invite');
const isPeers = (key, of, signature) => isSigned(bytes(said.keys.find((one) => one.key === key)?.public ?? ''), of, signature);
const chosen = bits(sha256(`vestnik-link-words-1\n${both}`)).slice(0, 66).match(/.{11}/g);
console.log('words:', chosen.map((eleven) => wordlist[Number.parseInt(eleven, 2)]).join(' '));

// The link.
const socket = new WebSocket(`${invite.u.replace(/^http/, 'ws')}/v1/links/connect`);
const send = (header, body = '', envelope = '') => socket.send(Buffer.from(`${JSON.stringify(header)}\n${envelope}\n${body}`));
const hello = { t: 'hello', versions: [1, 1], id, to: peer.id, nonce: text(randomBytes(32)), keys };
const between = { from: id, to: peer.id };
let peerHello = '';
let last = 0;
let isUp = false;
/** Puts one entry out. Where the other end has not said `connected` yet it would be taken for never sent. */
function put(lines) {
  const header = { t: 'bundle', ...between, epoch: 1, first: last + 1, count: 1, ...(last > 0 ? { after: [1, last] } : {}) };
  last++;
  send(header, lines, JSON.stringify({ key: '1-own', signature: own.sign(`vestnik-link-1\n${JSON.stringify(header)}\n${lines}`) }));
}
const take = {
  hello: (_frame, header) => {
    peerHello = header;
    send({ t: 'proof', key: '1-own', signature: own.sign(handshake('dialer')) });
  },
  proof: ({ key, signature }) => {
    if (!isPeers(key, handshake('acceptor'), signature)) throw new Error('it did not prove who it is');
    send({ t: 'state', confirmed: true, paused: false, name: 'other-end' });
  },
  state: ({ confirmed }) => {
    if (!confirmed || isUp) return;
    isUp = true;
    send({ t: 'have', ...between, cursors: [], credit: 1_000, again: 'connected' });
  },
  have: ({ again }) => {
    if (again !== 'connected' || last > 0) return;
    const message = { kind: 'message', id: newId(), from: 'robot@factory', to: ['ivanov@demo'], type: 'hello', sentAt: Date.now(), ttl: 3_600 };
    put(`${JSON.stringify(message)}\n{"text":"Hello"}\n`);
  },
  bundle: ({ epoch, first, count }, header, body, { key, signature }) => {
    if (!isPeers(key, `vestnik-link-1\n${header}\n${body}`, signature)) throw new Error('a bundle was not signed');
    send({ t: 'have', ...between, cursors: [[epoch, first + count - 1]], credit: 1_000 });
    const lines = body.split('\n');
    for (let line = lines.shift(); line; line = lines.shift()) {
      const entry = JSON.parse(line);
      console.log(entry.kind, line, entry.kind === 'message' ? lines[0] : '');
      if (entry.kind !== 'message') continue;
      lines.shift();
      const states = entry.to.map((to) => ({ id: entry.id, to, state: 'acknowledged', at: Date.now() }));
      put(`${JSON.stringify({ kind: 'states', states })}\n`);
    }
  },
  ask: ({ id: asked, method }, _header, body) => {
    const { params } = JSON.parse(body);
    if (method === 'call') send({ t: 'reply', ...between, id: asked }, JSON.stringify({ from: 'robot@factory/1', result: { echo: params } }));
    else if (asked) send({ t: 'reply', ...between, id: asked, failed: true }, JSON.stringify({ slug: 'method-unknown', detail: `there is no method ${method}` }));
  },
  ping: ({ at }) => send({ t: 'pong', at }),
  bye: ({ reason, detail }) => console.log('bye', reason, detail ?? ''),
};
const handshake = (role) => `vestnik-link-1 handshake\n1\n${role}\n${JSON.stringify(hello)}\n${peerHello}\n`;
socket.on('open', () => send(hello));
socket.on('message', (data) => {
  const [header, envelope, ...body] = data.toString().split('\n');
  const frame = JSON.parse(header);
  take[frame.t]?.(frame, header, body.join('\n'), envelope === '' ? {} : JSON.parse(envelope));
});
socket.on('close', () => process.exit());
process.on('SIGTERM', () => {
  send({ t: 'bye', reason: 'draining' });
  socket.close();
});

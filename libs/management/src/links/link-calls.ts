import { z } from 'zod';
import { administrators } from '../access/access.js';
import { pageQuery } from '../http/input.js';
import { operation } from '../openapi/operation.js';
import { pageOfSchema } from '../openapi/page-schema.js';

const tag = 'Links';
const path = '/v1/links';
const one = `${path}/{link}`;

const label = z.string().regex(/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/, 'an installation is named like a DNS label: a-z, 0-9 and -, 1 to 63 characters');
const name = label.optional().describe('What the other installation is called here, in addresses; absent: what it calls itself.');

export const acceptedInvite = z
  .strictObject({ invite: z.string().min(1, 'invite is not empty').max(8_192).describe('The word that was made at the other side, whole.'), name })
  .meta({ id: 'AcceptedInvite' });
export type AcceptedInvite = z.output<typeof acceptedInvite>;

export const linkConfirmation = z
  .strictObject({ name: name.describe('What it is called here from now on; absent: as it is.') })
  .meta({ id: 'LinkConfirmation' });
export type LinkConfirmation = z.output<typeof linkConfirmation>;

export const linkTransit = z.strictObject({ allow: z.boolean({ error: 'true or false' }) }).meta({ id: 'LinkTransit' });
export type LinkTransit = z.output<typeof linkTransit>;

export const linkQuota = z
  .strictObject({
    messages: z.int('whole messages').min(1, 'at least 1').max(100_000_000),
    bytes: z.int('whole bytes').min(1_048_576, 'at least 1048576').max(1_099_511_627_776),
  })
  .meta({ id: 'LinkQuota' });
export type LinkQuota = z.output<typeof linkQuota>;

export const inviteAnswer = z
  .object({ invite: z.string().describe('To be pasted at the other side. It is a secret, and shown this once.'), expiresAt: z.iso.datetime() })
  .meta({ id: 'LinkInvite' });

const linkKey = z.object({ key: z.string(), expiresAt: z.iso.datetime() }).meta({ id: 'LinkKey' });

export const ownKeysAnswer = z
  .object({
    id: z.string().optional().describe('This installation’s id; absent where links were never used here.'),
    keys: z.array(linkKey).describe('The keys that count, newest first; the newest signs.'),
  })
  .meta({ id: 'LinkKeys' });

export const linkAnswer = z
  .object({
    id: z.string().describe('Of the other installation: derived from its root key.'),
    name: z.string().describe('What it is called here.'),
    proposedName: z.string().describe('What it calls itself.'),
    state: z
      .enum(['pending', 'active', 'paused'])
      .describe('`pending`: not confirmed by both sides; `paused`: what is sent waits, and what comes is not taken.'),
    connected: z.boolean(),
    since: z.iso.datetime().optional().describe('Since when it is connected, or not.'),
    dialledBy: z.enum(['us', 'them']).optional(),
    transport: z.enum(['websocket', 'exchange']).optional(),
    url: z.string().optional().describe('Where it is dialled; absent: only it can dial.'),
    words: z.string().describe('Six words that are the same on both sides, if and only if nobody stands between.'),
    confirmedHere: z.boolean(),
    confirmedThere: z.boolean(),
    transit: z.boolean().describe('Whether it may reach our other neighbours through us, and they it.'),
    quarantined: z.string().optional().describe('Why nothing is taken from it any more.'),
    quota: z.object({ messages: z.number(), bytes: z.number() }).describe('How much may wait for it.'),
    queue: z
      .object({ messages: z.number(), bytes: z.number(), oldestAt: z.iso.datetime().optional() })
      .describe('What waits for it, and for those that are reached through it.'),
    rate: z.object({ in: z.number(), out: z.number() }).optional().describe('Messages a second.'),
    roundTrip: z.number().optional().describe('Milliseconds.'),
    lastError: z.string().optional(),
    lastErrorAt: z.iso.datetime().optional(),
    epoch: z.number().optional(),
    node: z.string().optional().describe('The node that works for it.'),
    keys: z.array(linkKey).describe('Its link keys that count, newest first.'),
    behind: z
      .object({ installations: z.number(), names: z.array(z.string()).describe('How they are written in addresses; the first 50.') })
      .optional()
      .describe('Installations that are reached through it; absent where there are none.'),
    createdAt: z.iso.datetime(),
  })
  .meta({ id: 'Link' });
export type LinkAnswer = z.output<typeof linkAnswer>;

const example = {
  id: 'k7q2mzp4x3ay5wbd6ne2vtrhc4sgfj7u',
  name: 'branch-7',
  proposedName: 'branch-7',
  state: 'pending',
  connected: false,
  url: 'https://bus.branch-7.example',
  words: 'ribbon galaxy sphere mango pistol urban',
  confirmedHere: false,
  confirmedThere: false,
  transit: false,
  quota: { messages: 1_000_000, bytes: 1_073_741_824 },
  queue: { messages: 0, bytes: 0 },
  keys: [{ key: '1-k7q2mzp4', expiresAt: '2027-02-20T06:22:00.123Z' }],
  createdAt: '2026-11-22T06:22:00.123Z',
};
const active = {
  ...example,
  state: 'active',
  connected: true,
  since: '2026-11-22T06:25:00.000Z',
  dialledBy: 'them',
  transport: 'websocket',
  confirmedHere: true,
  confirmedThere: true,
  queue: { messages: 17, bytes: 4_200, oldestAt: '2026-11-22T06:26:00.000Z' },
  rate: { in: 3.2, out: 12.5 },
  roundTrip: 24,
  epoch: 3,
  node: 'Q2x1c3Rlci0x',
};
const keysExample = { id: 'x3ay5wbd6ne2vtrhc4sgfj7uk7q2mzp4', keys: [{ key: '2-x5wbd6ne', expiresAt: '2027-02-20T06:22:00.123Z' }] };

export const listLinks = operation({
  id: 'listLinks',
  method: 'get',
  path,
  tag,
  summary: 'Lists the links to other installations, and how they go',
  access: administrators('viewer'),
  query: pageQuery,
  answers: { 200: { description: 'A page of links, by name.', schema: pageOfSchema(linkAnswer), example: { items: [active] } } },
});

export const createLinkInvite = operation({
  id: 'createLinkInvite',
  method: 'post',
  path: `${path}/invites`,
  tag,
  summary: 'Invites another installation to a link',
  description: 'The invite is used once, within 30 minutes and five tries.',
  access: administrators('owner'),
  answers: {
    201: {
      description: 'The invite.',
      schema: inviteAnswer,
      example: { invite: 'vestnik-link.eyJ2IjoxLCJ1IjoiaHR0cHM6Ly9idXMuZXhhbXBsZSJ9', expiresAt: '2026-11-22T06:52:00.123Z' },
    },
  },
});

export const acceptLink = operation({
  id: 'acceptLink',
  method: 'post',
  path,
  tag,
  summary: 'Accepts the invite of another installation',
  description: 'The two are paired, and the link is pending until administrators on both sides have compared the words and confirmed.',
  access: administrators('owner'),
  body: { schema: acceptedInvite, example: { invite: 'vestnik-link.eyJ2IjoxLCJ1IjoiaHR0cHM6Ly9idXMuZXhhbXBsZSJ9', name: 'branch-7' } },
  answers: { 201: { description: 'The link.', schema: linkAnswer, example } },
  problems: ['conflict'],
});

export const confirmLink = operation({
  id: 'confirmLink',
  method: 'post',
  path: `${one}/confirm`,
  tag,
  summary: 'Says that both sides show the same six words',
  description: 'The link is active when both sides have said so. Its name is fixed from here on.',
  access: administrators('owner'),
  body: { schema: linkConfirmation, example: { name: 'branch-7' } },
  answers: { 200: { description: 'The link.', schema: linkAnswer, example: { ...example, confirmedHere: true } } },
  problems: ['not-found', 'conflict'],
});

export const pauseLink = operation({
  id: 'pauseLink',
  method: 'post',
  path: `${one}/pause`,
  tag,
  summary: 'Pauses a link: what is sent waits, and what comes is not taken',
  access: administrators('operator'),
  answers: { 200: { description: 'The link.', schema: linkAnswer, example: { ...active, state: 'paused' } } },
  problems: ['not-found', 'conflict'],
});

export const resumeLink = operation({
  id: 'resumeLink',
  method: 'post',
  path: `${one}/resume`,
  tag,
  summary: 'Goes on with a link that is paused or quarantined',
  access: administrators('operator'),
  answers: { 200: { description: 'The link.', schema: linkAnswer, example: active } },
  problems: ['not-found', 'conflict'],
});

export const allowTransit = operation({
  id: 'allowTransit',
  method: 'post',
  path: `${one}/transit`,
  tag,
  summary: 'Says whether an installation may reach our other neighbours through us',
  description: 'Two neighbours reach each other where it is allowed to both.',
  access: administrators('owner'),
  body: { schema: linkTransit, example: { allow: true } },
  answers: { 200: { description: 'The link.', schema: linkAnswer, example: { ...active, transit: true } } },
  problems: ['not-found'],
});

export const setLinkQuota = operation({
  id: 'setLinkQuota',
  method: 'post',
  path: `${one}/quota`,
  tag,
  summary: 'Sets how much may wait for the other side',
  description: 'Beyond it sends to that installation, and to those behind it, are refused with `inbox-full`. What waits already stays.',
  access: administrators('owner'),
  body: { schema: linkQuota, example: { messages: 500_000, bytes: 536_870_912 } },
  answers: { 200: { description: 'The link.', schema: linkAnswer, example: { ...active, quota: { messages: 500_000, bytes: 536_870_912 } } } },
  problems: ['not-found'],
});

export const deleteLink = operation({
  id: 'deleteLink',
  method: 'delete',
  path: one,
  tag,
  summary: 'Removes a link, and all that is reached through it alone',
  description: 'What waits for them is refused to its senders. The connection ends within a heartbeat.',
  access: administrators('owner'),
  answers: { 204: { description: 'It is gone.' } },
  problems: ['not-found'],
});

export const listLinkKeys = operation({
  id: 'listLinkKeys',
  method: 'get',
  path: `${path}/keys`,
  tag,
  summary: 'The link keys by which other installations know this one',
  access: administrators('viewer'),
  answers: { 200: { description: 'The keys; nothing of them is secret.', schema: ownKeysAnswer, example: keysExample } },
});

export const rotateLinkKeys = operation({
  id: 'rotateLinkKeys',
  method: 'post',
  path: `${path}/keys/rotate`,
  tag,
  summary: 'Makes a new link key',
  description: 'The one before it counts until it expires or the next is made. Also done by itself every 60 days.',
  access: administrators('owner'),
  answers: { 200: { description: 'The keys.', schema: ownKeysAnswer, example: keysExample } },
});

export const deleteLinkKey = operation({
  id: 'deleteLinkKey',
  method: 'delete',
  path: `${path}/keys/{key}`,
  tag,
  summary: 'Takes a link key back',
  description: 'Every installation that hears of it refuses the key from then on. Where none would be left, a new one is made.',
  access: administrators('owner'),
  answers: { 200: { description: 'The keys that are left.', schema: ownKeysAnswer, example: keysExample } },
  problems: ['not-found'],
});

export const LINK_CALLS = [
  createLinkInvite,
  acceptLink,
  listLinks,
  confirmLink,
  pauseLink,
  resumeLink,
  allowTransit,
  setLinkQuota,
  deleteLink,
  listLinkKeys,
  rotateLinkKeys,
  deleteLinkKey,
];

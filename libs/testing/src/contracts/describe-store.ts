import { afterAll, beforeAll, describe } from 'vitest';
import { appendingContract } from './appending.js';
import { historyContract } from './history.js';
import { keepingContract } from './keeping.js';
import { linkLogContract } from './link-log.js';
import { linksContract } from './links.js';
import { mailboxesContract } from './mailboxes.js';
import { messageLifeContract } from './message-life.js';
import { outgoingContract } from './outgoing.js';
import { readingContract } from './reading.js';
import { schedulingContract } from './scheduling.js';
import { settlingContract } from './settling.js';
import { type MakeStore, Stage, type StoreUnderTest } from './stage.js';
import { tenantsContract } from './tenants.js';
import { topicsContract } from './topics.js';
import { transitContract } from './transit.js';
import { webhooksContract } from './webhooks.js';

/** One store for all tests of a contract; each test takes tenants of its own. */
function onStage(make: MakeStore, contract: (stage: () => Stage) => void): void {
  let store: StoreUnderTest;
  let stage: Stage;
  beforeAll(async () => {
    store = await make();
    stage = new Stage(store);
  });
  afterAll(() => store?.close());
  contract(() => stage);
}

/** What every message log promises. @param lifeRuns how many lives of messages are tried at random */
export function describeMessageLog(name: string, make: MakeStore, lifeRuns: number): void {
  describe(`the message log ${name}`, () => {
    onStage(make, (stage) => {
      describe('appending', () => appendingContract(stage));
      describe('reading', () => readingContract(stage));
      describe('scheduling', () => schedulingContract(stage));
      describe('settling', () => settlingContract(stage));
      describe('history', () => historyContract(stage));
      describe('keeping', () => keepingContract(stage));
      describe('topics', () => topicsContract(stage));
      describe('the life of messages', () => messageLifeContract(stage, lifeRuns));
    });
  });
}

/** What mailboxes promise. */
export function describeMailboxes(name: string, make: MakeStore): void {
  describe(`the mailboxes ${name}`, () => onStage(make, mailboxesContract));
}

/** What the directory of tenants promises. */
export function describeTenantDirectory(name: string, make: MakeStore): void {
  describe(`the tenants ${name}`, () => onStage(make, tenantsContract));
}

/** What the directory of webhooks promises. */
export function describeWebhooks(name: string, make: MakeStore): void {
  describe(`the webhooks ${name}`, () => onStage(make, webhooksContract));
}

/** What the directory of links promises. */
export function describeLinkDirectory(name: string, make: MakeStore): void {
  describe(`the links ${name}`, () => onStage(make, linksContract));
}

/** What a hub's keeping of packets promises. */
export function describeTransit(name: string, make: MakeStore): void {
  describe(`what is kept in transit ${name}`, () => onStage(make, transitContract));
}

/** What the log of links promises. */
export function describeLinkLog(name: string, make: MakeStore): void {
  describe(`the outboxes of links ${name}`, () => onStage(make, linkLogContract));
}

/** What the stage of messages that were sent from SQL promises. */
export function describeOutgoing(name: string, make: MakeStore): void {
  describe(`the stage ${name}`, () => onStage(make, outgoingContract));
}

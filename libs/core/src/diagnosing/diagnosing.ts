import { Problem } from '@vestnik/protocol';
import type { Diagnosis, DiagnosisQuestion, DiagnosisStep } from './diagnosis.js';
import type { Facts, Side } from './facts.js';
import { Gathering, type GatheringParts } from './gathering.js';
import { linkSteps } from './link-steps.js';
import { recipientSteps } from './recipient-steps.js';
import { senderSteps } from './sender-steps.js';
import { toldRecipient, untoldSender } from './told-steps.js';

export type DiagnosingParts = GatheringParts;

/** Of which side all may be told, and whether of links. */
interface Sight {
  readonly from: boolean;
  readonly to: boolean;
  readonly links: boolean;
}

/** Says why one address cannot reach another: walks the way of a message, as things stand now. Nothing is sent, and nothing changes. */
export class Diagnosing {
  private readonly gathering: Gathering;

  constructor(parts: DiagnosingParts) {
    this.gathering = new Gathering(parts);
  }

  /**
   * @throws Problem `forbidden` where neither address is of a tenant of which the asker may be told; `request-invalid` where neither is
   *   of this installation, which then decides nothing
   */
  async diagnose(question: DiagnosisQuestion): Promise<Diagnosis> {
    const facts = await this.gathering.gather(question);
    const { from, to, use } = facts;
    if (from.kind === 'elsewhere' && to.kind === 'elsewhere') {
      throw new Problem('request-invalid', 'to: one of both addresses has to be of this installation; ask where the others are', {
        errors: [{ path: 'to', message: 'one of both addresses has to be of this installation' }],
      });
    }
    const steps = stepsOf(facts, sightOf(facts, question.told));
    const firstFailure = steps.findIndex(({ verdict }) => verdict === 'fails');
    return {
      from: writtenOf(from),
      to: writtenOf(to),
      use,
      as: facts.sender?.as ?? question.as ?? 'token',
      reachable: firstFailure < 0,
      ...(firstFailure < 0 ? {} : { firstFailure }),
      steps,
    };
  }
}

function sightOf({ from, to }: Facts, told: readonly string[] | undefined): Sight {
  if (told === undefined) return { from: true, to: true, links: true };
  const isTheirs = (side: Side) => side.kind === 'here' && told.includes(side.name);
  const sight = { from: isTheirs(from), to: isTheirs(to), links: false };
  if (!sight.from && !sight.to) throw new Problem('forbidden', 'one of both addresses has to be of a tenant of yours');
  return sight;
}

/** Everything that is decided from the facts, in the order in which a message meets it. */
export function stepsOf(facts: Facts, sight: Sight): DiagnosisStep[] {
  const { from, to } = facts;
  const sender = senderSteps(facts);
  const addresses = sender.filter(({ step }) => step === 'from-address' || step === 'to-address');
  const sending = sight.from || from.kind !== 'here' ? sender : [...addresses, untoldSender(facts)];
  const receiving = to.kind !== 'here' ? [] : sight.to ? recipientSteps(facts) : toldRecipient(facts, to);
  return [...sending, ...linkSteps(facts, sight.links), ...receiving.filter(({ step }) => step !== 'reverse' || sight.from)];
}

function writtenOf(side: Side): string {
  return side.kind === 'unreadable' ? side.given : side.whole;
}

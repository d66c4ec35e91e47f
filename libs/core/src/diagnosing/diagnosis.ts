import type { Addressee } from '@vestnik/protocol';

/** What somebody wants of another: to send it a durable message, to call it, or to be told of its presence. */
export const DIAGNOSED_USES = ['send', 'call', 'presence'] as const;
export type DiagnosedUse = (typeof DIAGNOSED_USES)[number];

/** What a diagnosis looks at, in the order in which a message meets it. A slug is never given to something else: consoles translate them. */
export const DIAGNOSIS_STEPS = [
  'from-address',
  'to-address',
  'from-tenant',
  'from-client',
  'rate-limits',
  'from-rights',
  'link',
  'link-queue',
  'to-tenant',
  'to-accepts',
  'to-client',
  'to-inbox',
  'to-subscribers',
  'to-sessions',
  'to-webhook',
  'to-progress',
  'reverse',
] as const;
export type DiagnosisStepName = (typeof DIAGNOSIS_STEPS)[number];

/** `warning`: it goes on, though perhaps not as one expects; `skipped`: it does not come to it, or it cannot be known here. */
export const DIAGNOSIS_VERDICTS = ['ok', 'warning', 'fails', 'skipped'] as const;
export type DiagnosisVerdict = (typeof DIAGNOSIS_VERDICTS)[number];

/** What would mend it. */
export const DIAGNOSIS_ACTIONS = [
  'correct-address',
  'create-tenant',
  'unsuspend-tenant',
  'create-key',
  'mint-token',
  'let-clients-write',
  'change-topic-rules',
  'raise-limit',
  'pair-link',
  'confirm-link',
  'resume-link',
  'check-link',
  'raise-link-quota',
  'allow-sender',
  'create-client',
  'raise-inbox',
  'connect-client',
  'subscribe-client',
  'resume-webhook',
  'check-webhook',
  'check-client',
] as const;
export type DiagnosisAction = (typeof DIAGNOSIS_ACTIONS)[number];

export interface DiagnosisStep {
  readonly step: DiagnosisStepName;
  /** What was looked at: an address, a tenant, a link. */
  readonly subject: string;
  readonly verdict: DiagnosisVerdict;
  /** Whole sentences: what is, why it matters, what to do. */
  readonly detail: string;
  /** What was found, by name. Times are RFC 3339. */
  readonly facts?: Readonly<Record<string, unknown>>;
  /** The page of the console that mends it, below `/console`. */
  readonly page?: string;
  readonly action?: DiagnosisAction;
}

export interface Diagnosis {
  /** Whole where it could be read, else as it was given. */
  readonly from: string;
  readonly to: string;
  readonly use: DiagnosedUse;
  /** How the sender is taken to show who it is. */
  readonly as: 'key' | 'token';
  /** Whether nothing fails. */
  readonly reachable: boolean;
  /** Which of the steps fails first. */
  readonly firstFailure?: number;
  readonly steps: readonly DiagnosisStep[];
}

export interface DiagnosisQuestion {
  readonly from: string;
  readonly to: string;
  readonly use: DiagnosedUse;
  /** How the sender shows who it is; absent: with a key where one speaks as that client, else with a token. */
  readonly as?: 'key' | 'token';
  /** Names of the tenants of which whoever asks may be told all; absent: all. */
  readonly told?: readonly string[];
}

/** Whether an address stands for many. */
export function isWide(addressee: Addressee): boolean {
  return addressee.kind === 'topic' || addressee.kind === 'everyone';
}

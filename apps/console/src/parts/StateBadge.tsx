import {
  IconAlertTriangle,
  IconArrowForwardUp,
  IconBan,
  IconCheck,
  IconChecks,
  IconCircleDashed,
  IconCircleFilled,
  IconClock,
  IconClockPlay,
  IconEye,
  IconHourglassEmpty,
  IconLoader,
  IconLock,
  IconPlayerPause,
  IconPlugConnectedX,
  IconQuestionMark,
  IconStack2,
  IconX,
  type TablerIcon,
} from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import styles from './StateBadge.module.css';
import type { Tone } from './tone.js';

interface Look {
  readonly tone: Tone;
  readonly icon: TablerIcon;
}

/** Every state that something of ours is in; a text for each is in common.*.json below `states`. */
const LOOKS = {
  // Messages (protocol, section 4).
  scheduled: { tone: 'info', icon: IconClockPlay },
  accepted: { tone: 'info', icon: IconCheck },
  queued: { tone: 'neutral', icon: IconHourglassEmpty },
  forwarded: { tone: 'busy', icon: IconArrowForwardUp },
  arrived: { tone: 'busy', icon: IconArrowForwardUp },
  delivered: { tone: 'info', icon: IconCheck },
  acknowledged: { tone: 'good', icon: IconChecks },
  read: { tone: 'good', icon: IconEye },
  refused: { tone: 'bad', icon: IconBan },
  expired: { tone: 'warning', icon: IconClock },
  collapsed: { tone: 'neutral', icon: IconStack2 },
  withdrawn: { tone: 'neutral', icon: IconX },
  // Clients and sessions.
  online: { tone: 'good', icon: IconCircleFilled },
  offline: { tone: 'neutral', icon: IconCircleDashed },
  dropped: { tone: 'bad', icon: IconPlugConnectedX },
  // Links.
  pending: { tone: 'info', icon: IconHourglassEmpty },
  active: { tone: 'good', icon: IconCircleFilled },
  connected: { tone: 'good', icon: IconCircleFilled },
  disconnected: { tone: 'bad', icon: IconPlugConnectedX },
  paused: { tone: 'warning', icon: IconPlayerPause },
  quarantined: { tone: 'bad', icon: IconAlertTriangle },
  // Webhooks.
  failing: { tone: 'bad', icon: IconAlertTriangle },
  // Tenants, keys, administrators.
  suspended: { tone: 'warning', icon: IconPlayerPause },
  revoked: { tone: 'bad', icon: IconBan },
  locked: { tone: 'bad', icon: IconLock },
  // Calls.
  open: { tone: 'busy', icon: IconLoader },
  answered: { tone: 'good', icon: IconCheck },
  failed: { tone: 'bad', icon: IconX },
  // Verdicts and severities.
  ok: { tone: 'good', icon: IconCheck },
  warning: { tone: 'warning', icon: IconAlertTriangle },
  critical: { tone: 'bad', icon: IconAlertTriangle },
  fails: { tone: 'bad', icon: IconX },
  skipped: { tone: 'neutral', icon: IconCircleDashed },
} as const satisfies Record<string, Look>;

export type KnownState = keyof typeof LOOKS;

/** A state by its text, an icon and a colour: never by the colour alone. One that the console does not know is shown as the server names it. */
export function StateBadge({ state, title }: { readonly state: string; readonly title?: string }) {
  const { t } = useTranslation('common');
  const known = Object.hasOwn(LOOKS, state);
  const { tone, icon } = known ? LOOKS[state as KnownState] : { tone: 'neutral' as const, icon: IconQuestionMark };
  return (
    <ToneBadge tone={tone} icon={icon} title={title}>
      {known ? t(`states.${state}`) : state}
    </ToneBadge>
  );
}

interface ToneProps {
  readonly tone: Tone;
  readonly icon?: TablerIcon;
  readonly title?: string;
  readonly children: string;
}

/** A short text in a tone, for what is no state: a role, a scope, a kind. */
export function ToneBadge({ tone, icon: Icon, title, children }: ToneProps) {
  return (
    <span className={styles.badge} data-tone={tone} title={title}>
      {Icon === undefined ? null : <Icon size={13} stroke={2.2} aria-hidden className={styles.icon} />}
      <span className={styles.text}>{children}</span>
    </span>
  );
}

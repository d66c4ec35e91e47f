import { Button, Paper } from '@mantine/core';
import { IconChevronDown, IconChevronRight } from '@tabler/icons-react';
import { parseAddress } from '@vestnik/protocol/address';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useMay, useSession } from '../../api/session.js';
import type { Format } from '../../format/format.js';
import { useFormat } from '../../format/useFormat.js';
import { AddressText } from '../../parts/AddressText.js';
import { pageOfAddress } from '../../parts/address-page.js';
import { PathLink } from '../../parts/PathLink.js';
import { withQuery } from '../../parts/paths.js';
import { StateBadge, ToneBadge } from '../../parts/StateBadge.js';
import { Timeline } from '../../parts/Timeline.js';
import { TimeText } from '../../parts/TimeText.js';
import styles from './MessagePage.module.css';
import { isShared, type Life, type Recipient, type Step } from './message-life.js';
import { SendAgain } from './SendAgain.js';
import { isDeadLetter, isVainAttempt, toneOf, WEBHOOK_DEVICE, wasNotReached } from './steps.js';

interface Props {
  readonly life: Life;
  readonly recipient: Recipient;
  readonly startsOpen: boolean;
}

/** One recipient of a message: its state, what it went through, and where to look on. */
export function RecipientCard({ life, recipient, startsOpen }: Props) {
  const { t } = useTranslation('messages');
  const installation = useSession()?.installation;
  const [open, setOpen] = useState(startsOpen);
  const { address, state, reason, at } = recipient;
  const elsewhere = installation !== undefined && recipient.installation !== installation;
  // What became of it is told by its clients.
  const counted = life.counts !== undefined && isShared(address);
  const Chevron = open ? IconChevronDown : IconChevronRight;
  return (
    <Paper className={styles.recipient}>
      <div className={styles.head}>
        <div className={styles.address}>
          <AddressText value={address} to={pageOfAddress(address, installation)} wrap />
        </div>
        {elsewhere ? <ToneBadge tone="busy">{t('life.at', { installation: recipient.installation })}</ToneBadge> : null}
        {counted ? null : <StateBadge state={state} />}
        {at === undefined || counted ? null : <TimeText at={at} size="xs" c="dimmed" />}
        <Button
          size="compact-xs"
          variant="subtle"
          color="gray"
          aria-expanded={open}
          leftSection={<Chevron size={14} aria-hidden />}
          onClick={() => setOpen(!open)}
          aria-label={t('life.openOf', { address })}
        >
          {t('life.open')}
        </Button>
      </div>
      {reason === undefined ? null : <p className={styles.reason}>{reason}</p>}
      <Links life={life} recipient={recipient} />
      {open ? (
        <div className={styles.line}>
          <Moments recipient={recipient} />
        </div>
      ) : null}
    </Paper>
  );
}

/** Where to look on, where it did not get there. */
function Links({ life, recipient }: { readonly life: Life; readonly recipient: Recipient }) {
  const { t } = useTranslation('messages');
  const { address, tenant, reason } = recipient;
  const dead = isDeadLetter(recipient);
  const client = clientOf(address);
  const operator = useMay('operator');
  const why = wasNotReached(recipient) && !isShared(address);
  if (!dead && !why) return null;
  return (
    <div className={styles.links}>
      {dead && operator && tenant !== undefined && client !== undefined ? (
        <SendAgain messageId={life.id} tenant={tenant} client={client} reason={reason} />
      ) : null}
      {dead ? (
        <PathLink inherit to={withQuery('/dead-letters', { tenant, client, reason, view: 'each' })}>
          {t('life.deadLetter')}
        </PathLink>
      ) : null}
      {why ? (
        <PathLink inherit to={withQuery('/why', { from: life.from, to: address })}>
          {t('life.why')}
        </PathLink>
      ) : null}
    </div>
  );
}

function Moments({ recipient }: { readonly recipient: Recipient }) {
  const { t } = useTranslation('messages');
  const format = useFormat();
  const { timeline, installation } = recipient;
  const begun = timeline[0]?.at;
  return (
    <Timeline
      label={t('life.of', { address: recipient.address })}
      moments={timeline.map((step, nth) => {
        const vain = isVainAttempt(step);
        const details = detailsOf(step, { t, format, begun });
        return {
          key: `${nth}`,
          at: step.at,
          title: vain ? t('steps.vain') : t(`steps.${step.what}`, { installation: step.installation ?? installation }),
          tone: vain ? 'bad' : toneOf(step.what),
          ...(details.length === 0 ? {} : { detail: details.join(' · ') }),
        };
      })}
    />
  );
}

interface Telling {
  readonly t: (key: string, values?: Record<string, unknown>) => string;
  readonly format: Format;
  /** When it was accepted. */
  readonly begun: string | undefined;
}

function detailsOf({ what, at, device, attempts, installation, reason }: Step, { t, format, begun }: Telling): string[] {
  const details: string[] = [];
  if (at !== undefined && begun !== undefined && at !== begun)
    details.push(t('life.after', { time: format.duration(Math.max(0, Date.parse(at) - Date.parse(begun))) }));
  if (device !== undefined) details.push(device === WEBHOOK_DEVICE ? t('life.webhook') : t('life.device', { device }));
  if (attempts !== undefined && attempts > 0) details.push(t('life.attempts', { count: attempts }));
  if (installation !== undefined && what !== 'forwarded' && what !== 'arrived') details.push(t('life.at', { installation }));
  if (reason !== undefined) details.push(reason);
  return details;
}

function clientOf(address: string): string | undefined {
  const { addressee } = parseAddress(address);
  return addressee.kind === 'client' || addressee.kind === 'session' ? addressee.name : undefined;
}

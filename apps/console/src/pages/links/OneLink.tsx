import { Paper, Skeleton, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useFormat } from '../../format/useFormat.js';
import { AddressText } from '../../parts/AddressText.js';
import { DescriptionList } from '../../parts/DescriptionList.js';
import { EmptyState } from '../../parts/EmptyState.js';
import { Figure, Figures } from '../../parts/Figure.js';
import { Notice } from '../../parts/Notice.js';
import { PageHeader } from '../../parts/PageHeader.js';
import { PagePart } from '../../parts/PagePart.js';
import { ProblemAlert } from '../../parts/ProblemAlert.js';
import { StateBadge, ToneBadge } from '../../parts/StateBadge.js';
import { TimeText } from '../../parts/TimeText.js';
import { LinkActions } from './LinkActions.js';
import { LinkAdvice } from './LinkAdvice.js';
import { LinkKeys } from './LinkKeys.js';
import styles from './Links.module.css';
import { stateOfLink } from './link-state.js';
import { type Link, linksQuery } from './links-queries.js';
import { SixWords } from './SixWords.js';

/** One link: how it goes, and what one may do about it. */
export function OneLink({ id }: { readonly id: string }) {
  const { t } = useTranslation('links');
  const links = useQuery(linksQuery);
  const crumbs = [{ title: t('title'), to: '/links' }];
  const link = links.data?.items.find((one) => one.id === id);
  if (link === undefined) {
    return (
      <>
        <PageHeader title={t('one')} crumbs={crumbs} />
        {links.data !== undefined ? (
          <Paper>
            <EmptyState title={t('gone')} hint={t('goneHint')} />
          </Paper>
        ) : links.isError ? (
          <ProblemAlert error={links.error} onRetry={() => void links.refetch()} />
        ) : (
          <Skeleton height={240} radius="lg" aria-busy />
        )}
      </>
    );
  }
  return (
    <>
      <PageHeader title={link.name} crumbs={crumbs} badge={<StateBadge state={stateOfLink(link)} />} actions={<LinkActions link={link} />} />
      <Stack gap="xl">
        <ProblemAlert error={links.error} />
        <LinkAdvice link={link} />
        <LinkFigures link={link} />
        {link.state === 'pending' ? (
          <PagePart title={t('words.title')} lead={t('words.lead')}>
            <SixWords words={link.words} />
          </PagePart>
        ) : null}
        <div className={styles.parts}>
          <LinkFacts link={link} />
          <div>
            <LinkKeys keys={link.keys} />
            {link.behind === undefined ? null : <Behind behind={link.behind} />}
          </div>
        </div>
      </Stack>
    </>
  );
}

function LinkFigures({ link: { queue, rate, roundTrip, quota } }: { readonly link: Link }) {
  const { t } = useTranslation('links');
  const format = useFormat();
  const used = Math.max(queue.messages / quota.messages, queue.bytes / quota.bytes);
  return (
    <Figures>
      <Figure
        label={t('figures.queue')}
        value={format.number(queue.messages)}
        note={
          queue.oldestAt === undefined ? (
            format.bytes(queue.bytes)
          ) : (
            <span>
              {format.bytes(queue.bytes)} · {t('figures.oldest')} <TimeText at={queue.oldestAt} />
            </span>
          )
        }
      />
      <Figure
        label={t('figures.quota')}
        value={format.percent(used)}
        note={t('figures.quotaOf', { text: format.number(quota.messages), bytes: format.bytes(quota.bytes) })}
        {...(used > 0.8 ? { tone: 'warning' as const } : {})}
      />
      <Figure label={t('figures.in')} value={rate === undefined ? '–' : format.number(rate.in, 1)} {...(rate === undefined ? {} : { unit: t('perSecond') })} />
      <Figure
        label={t('figures.out')}
        value={rate === undefined ? '–' : format.number(rate.out, 1)}
        {...(rate === undefined ? {} : { unit: t('perSecond') })}
      />
      <Figure label={t('figures.roundTrip')} value={roundTrip === undefined ? '–' : format.duration(roundTrip)} />
    </Figures>
  );
}

function LinkFacts({ link }: { readonly link: Link }) {
  const { t } = useTranslation('links');
  const yes = (value: boolean) => <ToneBadge tone={value ? 'good' : 'info'}>{t(value ? 'facts.confirmed' : 'facts.notConfirmed')}</ToneBadge>;
  const { since, connected, transport, dialledBy, url, lastError, lastErrorAt } = link;
  return (
    <PagePart title={t('facts.title')}>
      <Paper className={styles.card}>
        <DescriptionList
          items={[
            {
              name: t('facts.connection'),
              value:
                since === undefined ? (
                  t(connected ? 'facts.up' : 'facts.down')
                ) : (
                  <>
                    {t(connected ? 'facts.upSince' : 'facts.downSince')} <TimeText at={since} />
                  </>
                ),
            },
            {
              name: t('facts.lastError'),
              value:
                lastError === undefined ? undefined : (
                  <span className={styles.error}>
                    {lastError}
                    {lastErrorAt === undefined ? null : (
                      <>
                        {' '}
                        · <TimeText at={lastErrorAt} />
                      </>
                    )}
                  </span>
                ),
            },
            { name: t('facts.here'), value: yes(link.confirmedHere) },
            { name: t('facts.there'), value: yes(link.confirmedThere) },
            { name: t('facts.words'), value: link.state === 'pending' ? undefined : <span className={styles.wordsLine}>{link.words}</span> },
            { name: t('facts.transit'), value: t(link.transit ? 'facts.transitOn' : 'facts.transitOff') },
            { name: t('facts.transport'), value: transport === undefined ? undefined : t(`facts.transports.${transport}`) },
            { name: t('facts.dialledBy'), value: dialledBy === undefined ? undefined : t(`facts.dialled.${dialledBy}`) },
            { name: t('facts.url'), value: url === undefined ? t('facts.noUrl') : <AddressText value={url} wrap /> },
            { name: t('facts.proposed'), value: link.proposedName },
            { name: t('facts.id'), value: <AddressText value={link.id} wrap /> },
            { name: t('facts.epoch'), value: link.epoch },
            { name: t('facts.node'), value: link.node === undefined ? undefined : <AddressText value={link.node} copy={false} /> },
            { name: t('facts.made'), value: <TimeText at={link.createdAt} exact /> },
          ]}
        />
      </Paper>
      {link.quarantined === undefined ? null : (
        <Notice tone="bad" title={t('facts.quarantine')}>
          {link.quarantined}
        </Notice>
      )}
    </PagePart>
  );
}

function Behind({ behind: { installations, names } }: { readonly behind: NonNullable<Link['behind']> }) {
  const { t } = useTranslation('links');
  return (
    <div className={styles.below}>
      <PagePart title={t('behind.title')} lead={t('behind.lead')}>
        <Paper className={styles.card}>
          <ul className={styles.names}>
            {names.map((name) => (
              <li key={name}>
                <AddressText value={name} wrap />
              </li>
            ))}
          </ul>
          {installations > names.length ? (
            <Text size="sm" c="dimmed">
              {t('behind.more', { count: installations - names.length })}
            </Text>
          ) : null}
        </Paper>
      </PagePart>
    </div>
  );
}

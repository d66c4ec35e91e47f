import { Button, Group, MultiSelect, Text } from '@mantine/core';
import { IconPlayerPause, IconPlayerPlay, IconTrash } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '../../format/useFormat.js';
import { FilterBar, SelectFilter, TenantFilter, TextFilter } from '../../parts/FilterBar.js';
import { PageHeader } from '../../parts/PageHeader.js';
import { ToneBadge } from '../../parts/StateBadge.js';
import { type Filters, useFilters } from '../../parts/useFilters.js';
import { HappeningFields } from './HappeningFields.js';
import { KINDS, kindsOf } from './kinds.js';
import styles from './TailPage.module.css';
import { TailRows } from './TailRows.js';
import { ROWS_KEPT, type TailRow } from './tail-buffer.js';
import { type TailConnection, useTail } from './useTail.js';

const FILTERS = ['tenant', 'from', 'to', 'type', 'kinds', 'sample'] as const;
type TailFilters = Filters<(typeof FILTERS)[number]>;

const TONES = { connecting: 'neutral', open: 'good', lost: 'warning' } as const satisfies Record<TailConnection, string>;

/** What happens, as it happens: who sends what to whom, and what becomes of it. */
export function TailPage() {
  const { t } = useTranslation('tail');
  const filters = useFilters(FILTERS);
  const { kinds, ...rest } = filters.values;
  const chosen = kindsOf(kinds);
  const { view, connection, buffer } = useTail({ ...rest, kinds: chosen.length === 0 ? undefined : chosen.join(',') });
  const [open, setOpen] = useState<TailRow>();
  const { rows, paused } = view;

  return (
    <>
      <PageHeader
        title={t('title')}
        lead={t('lead')}
        badge={<ToneBadge tone={TONES[connection]}>{t(`connection.${connection}`)}</ToneBadge>}
        actions={
          <>
            <Button
              size="sm"
              variant={paused ? 'filled' : 'default'}
              leftSection={paused ? <IconPlayerPlay size={16} /> : <IconPlayerPause size={16} />}
              onClick={() => (paused ? buffer.goOn() : buffer.pause())}
            >
              {t(paused ? 'goOn' : 'pause')}
            </Button>
            <Button size="sm" variant="default" leftSection={<IconTrash size={16} />} onClick={() => buffer.clear()} disabled={rows.length === 0}>
              {t('clear')}
            </Button>
          </>
        }
      />
      <TailFilterBar filters={filters} />
      <Counts view={view} />
      {rows.length === 0 ? (
        <div className={styles.empty}>
          <Text fw={600}>{t(connection === 'open' ? 'none' : 'notConnected')}</Text>
          <Text size="sm" c="dimmed" maw="56ch">
            {t(filters.active > 0 ? 'noneHintFiltered' : 'noneHint')}
          </Text>
        </div>
      ) : (
        <TailRows rows={rows} onOpen={setOpen} />
      )}
      <HappeningFields happening={open} onClose={() => setOpen(undefined)} />
    </>
  );
}

function TailFilterBar({ filters }: { readonly filters: TailFilters }) {
  const { t } = useTranslation('tail');
  const chosen = kindsOf(filters.values.kinds);
  return (
    <FilterBar filters={filters}>
      <TenantFilter filters={filters} name="tenant" />
      <TextFilter filters={filters} name="from" label={t('filters.from')} placeholder={t('filters.part')} />
      <TextFilter filters={filters} name="to" label={t('filters.to')} placeholder={t('filters.part')} />
      <TextFilter filters={filters} name="type" label={t('filters.type')} placeholder={t('filters.part')} />
      <MultiSelect
        className={styles.kinds}
        label={t('filters.kinds')}
        size="sm"
        placeholder={chosen.length === 0 ? t('filters.all') : undefined}
        data={Object.keys(KINDS).map((value) => ({ value, label: t(`kinds.${value}`) }))}
        value={chosen}
        clearable
        clearButtonProps={{ 'aria-label': t('common:parts.clearOne', { name: t('filters.kinds') }) }}
        onChange={(values) => filters.set('kinds', values.join(','))}
      />
      <SelectFilter
        filters={filters}
        name="sample"
        label={t('filters.sample')}
        options={['10', '100', '1000'].map((value) => ({ value, label: t('filters.oneOf', { of: value }) }))}
      />
    </FilterBar>
  );
}

function Counts({ view: { rows, paused, missed, skipped } }: { readonly view: ReturnType<typeof useTail>['view'] }) {
  const { t } = useTranslation('tail');
  const format = useFormat();
  return (
    <Group gap="sm" mb="xs" mih={26}>
      <Text size="xs" c="dimmed">
        {t('shown', { count: rows.length, text: format.number(rows.length), most: ROWS_KEPT })}
      </Text>
      {paused ? <ToneBadge tone="warning">{t('missed', { count: missed, text: format.number(missed) })}</ToneBadge> : null}
      {skipped === 0 ? null : (
        <ToneBadge tone="neutral" title={t('skippedHint')}>
          {t('skipped', { count: skipped, text: format.number(skipped) })}
        </ToneBadge>
      )}
    </Group>
  );
}

import { Button, Text } from '@mantine/core';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '../../format/useFormat.js';
import type { Column } from '../../parts/column.js';
import { ListTable } from '../../parts/ListTable.js';
import { PagePart } from '../../parts/PagePart.js';
import { wholeList } from '../../parts/useList.js';
import { type MethodSummary, type SummedCall, summaryOf } from './summary.js';

/** More at once would push the calls themselves away. */
const SHOWN = 5;

/** What the calls that are listed say of each method. */
export function MethodTable({ calls }: { readonly calls: readonly SummedCall[] }) {
  const { t } = useTranslation('calls');
  const format = useFormat();
  const [all, setAll] = useState(false);
  const rows = useMemo(() => summaryOf(calls), [calls]);
  const columns = useMemo<readonly Column<MethodSummary>[]>(() => {
    const duration = (ms: number | undefined) => (ms === undefined ? '–' : format.duration(ms > 0 && ms < 1 ? 1 : ms));
    return [
      {
        id: 'method',
        header: t('method'),
        value: ({ method }) => method,
        cell: ({ method }) => (
          <Text span size="sm" ff="monospace" style={{ overflowWrap: 'anywhere' }}>
            {method}
          </Text>
        ),
      },
      { id: 'calls', header: t('methods.calls'), align: 'end', value: (row) => row.calls, cell: (row) => format.number(row.calls) },
      { id: 'open', header: t('methods.open'), align: 'end', value: ({ open }) => open, cell: ({ open }) => format.number(open) },
      {
        id: 'failed',
        header: t('methods.failed'),
        align: 'end',
        value: ({ failedShare }) => failedShare ?? -1,
        cell: ({ failed, failedShare }) =>
          failedShare === undefined ? (
            '–'
          ) : (
            <Text span inherit {...(failed > 0 ? { c: 'var(--bad-text)', fw: 600 } : {})}>
              {failed === 0 ? '0' : `${format.number(failed)} (${format.percent(failedShare)})`}
            </Text>
          ),
      },
      { id: 'median', header: t('methods.median'), align: 'end', value: ({ median }) => median ?? -1, cell: ({ median }) => duration(median) },
      { id: 'p95', header: t('methods.p95'), align: 'end', value: ({ p95 }) => p95 ?? -1, cell: ({ p95 }) => duration(p95) },
    ];
  }, [t, format]);
  return (
    <PagePart
      title={t('methods.title')}
      lead={t('methods.lead', { count: calls.length, text: format.number(calls.length) })}
      actions={
        rows.length <= SHOWN ? null : (
          <Button size="xs" variant="default" aria-expanded={all} onClick={() => setAll(!all)}>
            {all ? t('methods.less') : t('methods.all', { count: rows.length })}
          </Button>
        )
      }
    >
      <ListTable
        list={wholeList(all ? rows : rows.slice(0, SHOWN))}
        columns={columns}
        rowKey={({ method }) => method}
        label={t('methods.title')}
        empty={{ title: t('none.recent') }}
      />
    </PagePart>
  );
}

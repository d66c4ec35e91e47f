import { Anchor, Button, Checkbox, Group, Paper, Text } from '@mantine/core';
import { IconMailForward, IconPencil, IconTrash } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useCallback, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { answerOf, api, type Query } from '../../api/client.js';
import { useMay } from '../../api/session.js';
import { useFormat } from '../../format/useFormat.js';
import { AddressText } from '../../parts/AddressText.js';
import type { Column } from '../../parts/column.js';
import { LinkButton } from '../../parts/LinkButton.js';
import { ListTable } from '../../parts/ListTable.js';
import { PagePart } from '../../parts/PagePart.js';
import { PathLink } from '../../parts/PathLink.js';
import { TimeText } from '../../parts/TimeText.js';
import { useList } from '../../parts/useList.js';
import { clientPath, countQuery, deadLettersKey, type Letter, lettersPath, type Which } from './dead-letter-queries.js';
import { LetterDrawer } from './LetterDrawer.js';
import { type Many, ManyDialogs } from './ManyDialogs.js';

const keyOf = ({ tenant, id }: Letter) => `${tenant} ${id}`;

/** Dead letters one by one: chosen, or all that fit. */
export function Letters({ which }: { readonly which: Which }) {
  const { t } = useTranslation('dead-letters');
  const operator = useMay('operator');
  const { tenant, client, reason } = which;
  const query: Query<'/v1/dead-letters'> = { tenant, client, reason };
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [opened, setOpened] = useState<string>();
  const [shown, setShown] = useState<Letter>();
  const [many, setMany] = useState<Many>();
  const list = useList<Letter>({
    key: [...deadLettersKey, 'each', query],
    fetch: ({ cursor, limit, signal }) => answerOf(api.GET('/v1/dead-letters', { params: { query: { ...query, cursor, limit } }, signal })),
    // What is being chosen or read does not move.
    refetchMs: chosen.size === 0 && opened === undefined ? 10_000 : undefined,
  });
  // Those that are gone meanwhile are no longer chosen.
  const letters = list.items.filter((letter) => chosen.has(keyOf(letter)));
  const choose = useCallback(
    (keys: readonly string[], choice: boolean) =>
      setChosen((before) => (choice ? new Set([...before, ...keys]) : new Set([...before].filter((key) => !keys.includes(key))))),
    [],
  );
  const open = useCallback((letter: Letter) => {
    setShown(letter);
    setOpened(keyOf(letter));
  }, []);
  const columns = useColumns({ reason, operator, chosen, choose, open });

  const table = (
    <>
      {operator && list.items.length > 0 ? (
        <Choice
          all={list.items}
          letters={letters}
          onAll={(choice) => choose(list.items.map(keyOf), choice)}
          onMany={(deed) => setMany({ deed, kind: 'chosen', letters })}
        />
      ) : null}
      <ListTable
        list={list}
        columns={columns}
        rowKey={keyOf}
        label={t('views.each')}
        onOpen={open}
        selected={opened}
        empty={{
          title: t('noneFound'),
          hint: t('noneFoundHint'),
          action: reason === undefined ? undefined : <LinkButton to={lettersPath({ tenant, client })}>{t('toReasons')}</LinkButton>,
        }}
      />
    </>
  );
  return (
    <>
      <Whole which={which} onMany={operator ? setMany : undefined}>
        {table}
      </Whole>
      <LetterDrawer letter={shown} opened={opened !== undefined} onClose={() => setOpened(undefined)} />
      <ManyDialogs many={many} onClose={() => setMany(undefined)} onEnded={() => setChosen(new Set())} />
    </>
  );
}

interface WholeProps {
  readonly which: Which;
  readonly onMany: ((many: Many) => void) | undefined;
  readonly children: React.ReactNode;
}

/** What all that fit have in common, and what can be done to all of them. */
function Whole({ which, onMany, children }: WholeProps) {
  const { t } = useTranslation('dead-letters');
  const format = useFormat();
  const { data: total } = useQuery({ ...countQuery(which), refetchInterval: 10_000 });
  const { tenant, reason } = which;
  const count = total?.count ?? 0;
  const whole = tenant === undefined || total === undefined || count === 0 ? undefined : { tenant, count };
  return (
    <PagePart
      title={reason === undefined ? t('views.each') : reason === '' ? t('noReason') : reason}
      lead={
        total === undefined || count === 0 ? undefined : (
          <>
            {t('whole.count', { count, text: format.number(count) })}
            {tenant === undefined ? null : <> · {t('whole.tenant', { tenant })}</>}
            {reason === undefined ? null : <> · {t('whole.clients', { count: total.clients, text: format.number(total.clients) })}</>}
            {total.oldestAt === undefined ? null : (
              <>
                {' '}
                · {t('whole.oldest')} <TimeText at={total.oldestAt} />
              </>
            )}
          </>
        )
      }
      actions={
        whole === undefined || onMany === undefined ? undefined : (
          <Group gap="xs">
            <Button size="xs" leftSection={<IconMailForward size={16} />} onClick={() => onMany({ deed: 'replay', kind: 'whole', which, ...whole })}>
              {t('replay.all')}
            </Button>
            <Button
              size="xs"
              variant="default"
              leftSection={<IconTrash size={16} />}
              onClick={() => onMany({ deed: 'discard', kind: 'whole', which, ...whole })}
            >
              {t('discard.all')}
            </Button>
          </Group>
        )
      }
    >
      {children}
    </PagePart>
  );
}

interface ChoiceProps {
  readonly all: readonly Letter[];
  readonly letters: readonly Letter[];
  readonly onAll: (choice: boolean) => void;
  readonly onMany: (deed: Many['deed']) => void;
}

/** Chooses all that are shown, and says what can be done to those that are chosen. */
function Choice({ all, letters, onAll, onMany }: ChoiceProps) {
  const { t } = useTranslation('dead-letters');
  const format = useFormat();
  const count = letters.length;
  return (
    <Paper px="md" py={7} mb="xs">
      <Group gap="md" mih={30}>
        <Checkbox
          label={t('choose.all')}
          checked={count > 0 && count === all.length}
          indeterminate={count > 0 && count < all.length}
          onChange={(event) => onAll(event.currentTarget.checked)}
        />
        {count === 0 ? null : (
          <>
            <Text size="sm" c="dimmed" role="status">
              {t('choose.count', { count, text: format.number(count) })}
            </Text>
            <Group gap="xs">
              <Button size="compact-sm" variant="default" leftSection={<IconMailForward size={15} />} onClick={() => onMany('replay')}>
                {t('replay.chosen')}
              </Button>
              <Button size="compact-sm" variant="default" leftSection={<IconTrash size={15} />} onClick={() => onMany('discard')}>
                {t('discard.chosen')}
              </Button>
            </Group>
          </>
        )}
      </Group>
    </Paper>
  );
}

interface ColumnsOf {
  readonly reason: string | undefined;
  readonly operator: boolean;
  readonly chosen: ReadonlySet<string>;
  readonly choose: (keys: readonly string[], choice: boolean) => void;
  readonly open: (letter: Letter) => void;
}

function useColumns({ reason, operator, chosen, choose, open }: ColumnsOf): readonly Column<Letter>[] {
  const { t } = useTranslation('dead-letters');
  const format = useFormat();
  return useMemo(() => {
    const choosing: Column<Letter> = {
      id: 'choose',
      header: t('choose.one'),
      width: 1,
      narrow: 'bare',
      cell: (letter) => (
        <Checkbox
          aria-label={t('choose.oneOf', { type: letter.type, client: letter.client })}
          checked={chosen.has(keyOf(letter))}
          onChange={(event) => choose([keyOf(letter)], event.currentTarget.checked)}
        />
      ),
    };
    const columns: readonly Column<Letter>[] = [
      {
        id: 'type',
        header: t('columns.type'),
        narrow: 'title',
        cell: (letter) => (
          <Anchor component="button" type="button" size="sm" fw={600} ta="start" onClick={() => open(letter)}>
            {letter.type}
          </Anchor>
        ),
      },
      {
        id: 'client',
        header: t('columns.client'),
        cell: (letter) => (
          <PathLink to={clientPath(letter)} size="sm">
            {letter.client}@{letter.tenant}
          </PathLink>
        ),
      },
      ...(reason === undefined
        ? [{ id: 'reason', header: t('columns.reason'), cell: (letter) => (letter.reason === '' ? t('noReason') : letter.reason) } satisfies Column<Letter>]
        : []),
      { id: 'from', header: t('columns.from'), cell: ({ from }) => <AddressText value={from} copy={false} wrap /> },
      { id: 'at', header: t('columns.at'), cell: ({ at }) => <TimeText at={at} /> },
      { id: 'bytes', header: t('columns.bytes'), align: 'end', cell: ({ bytes }) => (bytes === 0 ? '–' : format.bytes(bytes)) },
    ];
    const editing: Column<Letter> = {
      id: 'open',
      header: t('columns.open'),
      narrow: 'hidden',
      cell: (letter) => (
        <Button
          size="compact-xs"
          variant="default"
          leftSection={<IconPencil size={14} />}
          onClick={() => open(letter)}
          aria-label={t('edit.openOf', { type: letter.type, client: letter.client })}
        >
          {t('edit.open')}
        </Button>
      ),
    };
    return operator ? [choosing, ...columns, editing] : columns;
  }, [t, format, reason, operator, chosen, choose, open]);
}

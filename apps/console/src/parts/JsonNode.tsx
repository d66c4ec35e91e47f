import { UnstyledButton } from '@mantine/core';
import { IconChevronDown, IconChevronRight } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import styles from './JsonView.module.css';

/** Members that are shown at once. */
const MEMBERS_STEP = 100;
/** Characters of one text that are shown at once. */
const TEXT_MAX = 2_000;

interface Props {
  readonly name?: string;
  readonly value: unknown;
  readonly depth: number;
}

/** One value of a tree of JSON, with those below it once it is open. */
export function JsonNode({ name, value, depth }: Props) {
  const { t } = useTranslation('common');
  const [open, setOpen] = useState(depth < 2);
  const [shown, setShown] = useState(MEMBERS_STEP);
  if (typeof value !== 'object' || value === null) {
    return (
      <div className={styles.line}>
        <Name name={name} />
        <Leaf value={value} />
      </div>
    );
  }
  const list = Array.isArray(value);
  const members = Object.entries(value as Readonly<Record<string, unknown>>);
  const Chevron = open ? IconChevronDown : IconChevronRight;
  return (
    <div>
      <UnstyledButton className={styles.opener} aria-expanded={open} onClick={() => setOpen(!open)}>
        <Chevron size={13} aria-hidden />
        <Name name={name} />
        <span className={styles.count}>{list ? `[${members.length}]` : `{${members.length}}`}</span>
      </UnstyledButton>
      {open ? (
        <div className={styles.members}>
          {members.slice(0, shown).map(([key, member]) => (
            <JsonNode key={key} name={key} value={member} depth={depth + 1} />
          ))}
          {members.length > shown ? (
            <UnstyledButton className={styles.more} onClick={() => setShown(shown + MEMBERS_STEP)}>
              {t('parts.moreMembers', { count: members.length - shown })}
            </UnstyledButton>
          ) : null}
        </div>
      ) : null}
    </div>
  );
}

function Name({ name }: { readonly name: string | undefined }) {
  return name === undefined ? null : <span className={styles.name}>{name}: </span>;
}

function Leaf({ value }: { readonly value: unknown }) {
  const { t } = useTranslation('common');
  const [whole, setWhole] = useState(false);
  if (typeof value !== 'string') return <span className={styles.plain}>{String(value)}</span>;
  const cut = !whole && value.length > TEXT_MAX;
  return (
    <>
      <span className={styles.string}>{JSON.stringify(cut ? value.slice(0, TEXT_MAX) : value)}</span>
      {cut ? (
        <UnstyledButton className={styles.more} onClick={() => setWhole(true)}>
          {t('parts.moreCharacters', { count: value.length - TEXT_MAX })}
        </UnstyledButton>
      ) : null}
    </>
  );
}

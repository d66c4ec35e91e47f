import { Button, CloseButton, Group, Select, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { IconFilterOff, IconSearch } from '@tabler/icons-react';
import { type ReactNode, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import styles from './FilterBar.module.css';
import { TenantSelect } from './TenantSelect.js';
import type { Filters } from './useFilters.js';

/** The filters of a list in a row, and a button that takes them all away. */
export function FilterBar<Name extends string>({ filters, children }: { readonly filters: Filters<Name>; readonly children: ReactNode }) {
  const { t } = useTranslation('common');
  return (
    <search>
      <Group gap="xs" align="flex-end" mb="sm" className={styles.bar}>
        {children}
        {filters.active === 0 ? null : (
          <Button size="sm" variant="subtle" color="gray" leftSection={<IconFilterOff size={16} />} onClick={filters.clear}>
            {t('parts.clearFilters')}
          </Button>
        )}
      </Group>
    </search>
  );
}

interface FilterProps<Name extends string> {
  readonly filters: Filters<Name>;
  readonly name: Name;
  readonly label: string;
}

/** A text that is searched for while it is typed; asked once typing rests for 300 ms. */
export function TextFilter<Name extends string>({
  filters,
  name,
  label,
  placeholder,
  wide = false,
  error,
}: FilterProps<Name> & { readonly placeholder?: string; readonly wide?: boolean; readonly error?: string }) {
  const { t } = useTranslation('common');
  const kept = filters.values[name] ?? '';
  const [typed, setTyped] = useState(kept);
  const [seen, setSeen] = useState(kept);
  // Taken away by the button, or changed by going back.
  if (kept !== seen) {
    setSeen(kept);
    setTyped(kept);
  }
  const write = useDebouncedCallback((value: string) => filters.set(name, value.trim()), 300);
  useEffect(() => () => write.cancel(), [write]);
  return (
    <TextInput
      className={wide ? styles.wide : styles.field}
      label={label}
      size="sm"
      placeholder={placeholder}
      error={error}
      value={typed}
      leftSection={<IconSearch size={15} aria-hidden />}
      rightSection={
        typed === '' ? null : (
          <CloseButton
            size="sm"
            aria-label={t('parts.clearOne', { name: label })}
            onClick={() => {
              write.cancel();
              setTyped('');
              filters.set(name, undefined);
            }}
          />
        )
      }
      onChange={(event) => {
        setTyped(event.currentTarget.value);
        write(event.currentTarget.value);
      }}
      onKeyDown={(event) => {
        if (event.key !== 'Enter') return;
        write.cancel();
        filters.set(name, typed.trim());
      }}
    />
  );
}

/** One of a few values, or any. */
export function SelectFilter<Name extends string>({
  filters,
  name,
  label,
  options,
}: FilterProps<Name> & { readonly options: readonly { readonly value: string; readonly label: string }[] }) {
  const { t } = useTranslation('common');
  return (
    <Select
      className={styles.field}
      label={label}
      size="sm"
      placeholder={t('parts.any')}
      clearable
      clearButtonProps={{ 'aria-label': t('parts.clearOne', { name: label }) }}
      data={[...options]}
      value={filters.values[name] ?? null}
      onChange={(value) => filters.set(name, value ?? undefined)}
    />
  );
}

/** A time, in the time zone of the browser; kept as RFC 3339. */
export function TimeFilter<Name extends string>({ filters, name, label }: FilterProps<Name>) {
  return (
    <TextInput
      className={styles.field}
      type="datetime-local"
      step={1}
      label={label}
      size="sm"
      value={localOf(filters.values[name])}
      onChange={(event) => {
        const at = new Date(event.currentTarget.value);
        filters.set(name, Number.isNaN(at.getTime()) ? undefined : at.toISOString());
      }}
    />
  );
}

/** The tenant whose things are shown. */
export function TenantFilter<Name extends string>({ filters, name }: Omit<FilterProps<Name>, 'label'>) {
  return <TenantSelect className={styles.field} value={filters.values[name]} onChange={(tenant) => filters.set(name, tenant)} />;
}

/** As a field for date and time wants it: without a zone. */
export function localOf(at: string | undefined): string {
  if (at === undefined) return '';
  const time = new Date(at);
  if (Number.isNaN(time.getTime())) return '';
  return new Date(time.getTime() - time.getTimezoneOffset() * 60_000).toISOString().slice(0, 19);
}

import { Select } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { answerOf, api } from '../api/client.js';

interface Props {
  readonly value: string | undefined;
  readonly onChange: (tenant: string | undefined) => void;
  readonly label?: string;
  readonly required?: boolean;
  readonly error?: string;
  readonly className?: string;
}

/** Chooses a tenant; finds it while one types. */
export function TenantSelect({ value, onChange, label, required = false, error, className }: Props) {
  const { t } = useTranslation('common');
  const [typed, setTyped] = useState('');
  const [search] = useDebouncedValue(typed, 250);
  const found = useQuery({
    queryKey: ['tenants', 'select', search === value ? '' : search],
    queryFn: ({ signal, queryKey }) =>
      answerOf(api.GET('/v1/tenants', { params: { query: { limit: 50, ...(queryKey[2] === '' ? {} : { search: queryKey[2] }) } }, signal })),
    placeholderData: keepPreviousData,
    staleTime: 30_000,
  });
  const names = (found.data?.items ?? []).map(({ name }) => name);
  return (
    <Select
      className={className}
      label={label ?? t('parts.tenant')}
      size="sm"
      placeholder={t(required ? 'parts.chooseTenant' : 'parts.allTenants')}
      searchable
      clearable={!required}
      clearButtonProps={{ 'aria-label': t('parts.clearOne', { name: label ?? t('parts.tenant') }) }}
      required={required}
      error={error}
      // What is chosen stays on the list, found or not.
      data={value === undefined || names.includes(value) ? names : [value, ...names]}
      value={value ?? null}
      onChange={(tenant) => onChange(tenant ?? undefined)}
      onSearchChange={setTyped}
      nothingFoundMessage={t('parts.noTenant')}
      maxDropdownHeight={280}
    />
  );
}

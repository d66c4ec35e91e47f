import { MultiSelect } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { answerOf, api } from '../../api/client.js';

interface Props {
  readonly value: readonly string[];
  readonly onChange: (tenants: readonly string[]) => void;
  readonly error: string | undefined;
}

/** Chooses tenants; finds them while one types. */
export function TenantsSelect({ value, onChange, error }: Props) {
  const { t } = useTranslation('administrators');
  const [typed, setTyped] = useState('');
  const [search] = useDebouncedValue(typed, 250);
  const found = useQuery({
    queryKey: ['tenants', 'select', search],
    queryFn: ({ signal }) => answerOf(api.GET('/v1/tenants', { params: { query: { limit: 50, ...(search === '' ? {} : { search }) } }, signal })),
    placeholderData: keepPreviousData,
    staleTime: 30_000,
  });
  const names = (found.data?.items ?? []).map(({ name }) => name);
  return (
    <MultiSelect
      label={t('form.tenants')}
      placeholder={value.length === 0 ? t('common:parts.chooseTenant') : undefined}
      searchable
      data={[...new Set([...value, ...names])]}
      value={[...value]}
      error={error}
      onChange={onChange}
      onSearchChange={setTyped}
      nothingFoundMessage={t('common:parts.noTenant')}
      maxDropdownHeight={240}
    />
  );
}

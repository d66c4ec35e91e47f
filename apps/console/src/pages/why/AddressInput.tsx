import { Autocomplete } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { answerOf, api } from '../../api/client.js';

interface Props {
  readonly label: string;
  readonly description: string;
  readonly placeholder: string;
  readonly value: string;
  readonly error: string | undefined;
  readonly onChange: (value: string) => void;
}

/** An address; while it is typed, clients of this installation that are like it are offered. */
export function AddressInput({ label, description, placeholder, value, error, onChange }: Props) {
  const [typed] = useDebouncedValue(value, 250);
  const [name = '', place = ''] = typed.trim().split('@');
  const tenant = place.split('.')[0] ?? '';
  const found = useQuery({
    queryKey: ['clients', 'offered', name, tenant],
    queryFn: ({ signal }) => answerOf(api.GET('/v1/clients', { params: { query: { search: name, limit: 20 } }, signal })),
    // Topics and everyone are no clients.
    enabled: name !== '' && !/^[#*]/.test(name),
    placeholderData: keepPreviousData,
    staleTime: 30_000,
  });
  const offered = (found.data?.items ?? []).filter((one) => tenant === '' || one.tenant.startsWith(tenant)).map(({ address }) => address);
  return (
    <Autocomplete
      label={label}
      description={description}
      placeholder={placeholder}
      size="sm"
      required
      // Said by the form itself, in the chosen language.
      withAsterisk={false}
      value={value}
      error={error}
      data={[...new Set(offered)]}
      // What the server has found fits: it also looks at titles.
      filter={({ options }) => options}
      onChange={onChange}
      autoCapitalize="none"
      autoComplete="off"
      spellCheck={false}
      maxDropdownHeight={260}
      styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
    />
  );
}

import { useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback, useMemo } from 'react';

/** The filters of a list, which live in the address of the page. */
export interface Filters<Name extends string> {
  /** Those that are set. */
  readonly values: Readonly<Partial<Record<Name, string>>>;
  /** Undefined or an empty text takes a filter away. */
  readonly set: (name: Name, value: string | undefined) => void;
  /** Several at once. */
  readonly setAll: (values: Readonly<Partial<Record<Name, string | undefined>>>) => void;
  readonly clear: () => void;
  readonly active: number;
}

/** Filters by their names: `useFilters(['tenant', 'state', 'search'])`. `names` is an array outside the component. */
export function useFilters<const Name extends string>(names: readonly Name[]): Filters<Name> {
  const search: Readonly<Record<string, string | undefined>> = useSearch({ strict: false });
  const navigate = useNavigate();

  const values = useMemo(() => {
    const set: Partial<Record<Name, string>> = {};
    for (const name of names) {
      const value = search[name];
      if (value !== undefined && value !== '') set[name] = value;
    }
    return set;
  }, [search, names]);

  const change = useCallback(
    (changes: Readonly<Record<string, string | undefined>>) =>
      void navigate({
        to: '.',
        // What is written into a filter is no step to go back to.
        replace: true,
        resetScroll: false,
        search: (before: Readonly<Record<string, string | undefined>>) => withoutEmpty({ ...before, ...changes }),
      }),
    [navigate],
  );

  return {
    values,
    set: (name, value) => change({ [name]: value }),
    setAll: change,
    clear: () => change(Object.fromEntries(names.map((name) => [name, undefined]))),
    active: Object.keys(values).length,
  };
}

function withoutEmpty(search: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(Object.entries(search).filter((entry): entry is [string, string] => entry[1] !== undefined && entry[1] !== ''));
}

import { useState } from 'react';

/** Fields of a form as they are stored, with what was changed of them here and is not saved yet. */
export interface Edits<Fields extends object> {
  readonly values: Fields;
  readonly set: <Name extends keyof Fields>(name: Name, value: Fields[Name]) => void;
  /** Names of those that differ from what is stored. */
  readonly changed: readonly (keyof Fields & string)[];
  readonly reset: () => void;
}

/**
 * Keeps only what was changed: a field that nobody touched here shows what is stored, also when that changes meanwhile,
 * and is never sent.
 */
export function useEdits<Fields extends object>(stored: Fields): Edits<Fields> {
  const [edits, setEdits] = useState<Partial<Fields>>({});
  const changed = (Object.keys(edits) as (keyof Fields & string)[]).filter((name) => JSON.stringify(edits[name]) !== JSON.stringify(stored[name]));
  return {
    values: { ...stored, ...edits },
    set: (name, value) => setEdits((before) => ({ ...before, [name]: value })),
    changed,
    reset: () => setEdits({}),
  };
}

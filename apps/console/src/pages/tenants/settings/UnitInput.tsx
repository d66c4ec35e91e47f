import { Group, Input, NumberInput, Select } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Unit, unitOf } from './units.js';

interface Props {
  readonly id: string;
  readonly label: string;
  readonly description?: string;
  readonly units: readonly Unit[];
  /** In the smallest unit; undefined while nothing is written. */
  readonly value: number | undefined;
  readonly onChange: (value: number | undefined) => void;
  readonly error?: string;
  readonly readOnly?: boolean;
}

/** A number and its unit. Another unit keeps the number that was written. */
export function UnitInput({ id, label, description, units, value, onChange, error, readOnly = false }: Props) {
  const { t } = useTranslation('tenants');
  const [unit, setUnit] = useState(() => unitOf(value, units));
  const [seen, setSeen] = useState(value);
  // Put back to the default, or changed by somebody else.
  if (value !== seen) {
    setSeen(value);
    if (value !== undefined && value % unit.size !== 0) setUnit(unitOf(value, units));
  }
  const write = (next: number | undefined) => {
    setSeen(next);
    onChange(next);
  };
  const amount = value === undefined ? undefined : value / unit.size;
  return (
    <Input.Wrapper id={id} label={label} description={description} error={error}>
      <Group gap="xs" wrap="nowrap" mt={4}>
        <NumberInput
          id={id}
          flex={1}
          miw={0}
          hideControls
          allowNegative={false}
          decimalScale={3}
          readOnly={readOnly}
          error={error !== undefined}
          aria-describedby={error === undefined ? undefined : `${id}-error`}
          value={amount ?? ''}
          onChange={(next) => write(typeof next === 'number' ? Math.round(next * unit.size) : undefined)}
        />
        <Select
          w={118}
          aria-label={t('units.of', { name: label })}
          readOnly={readOnly}
          allowDeselect={false}
          data={units.map(({ name }) => ({ value: name, label: t(`units.${name}`) }))}
          value={unit.name}
          onChange={(name) => {
            const next = units.find((one) => one.name === name) ?? unit;
            setUnit(next);
            if (amount !== undefined) write(Math.round(amount * next.size));
          }}
        />
      </Group>
    </Input.Wrapper>
  );
}

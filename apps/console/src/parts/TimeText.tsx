import { Text, type TextProps, Tooltip } from '@mantine/core';
import { useFormat } from '../format/useFormat.js';
import { useNow } from './useNow.js';

interface Props extends TextProps {
  /** RFC 3339 or milliseconds; without it a dash. */
  readonly at: string | number | undefined;
  /** Shows the time itself, with how long ago it was in the tooltip. */
  readonly exact?: boolean;
  /** Says the time zone too: once on a page of exact times. */
  readonly zone?: boolean;
}

/** A time as how long ago it was, kept true while it is shown; exactly, and as RFC 3339, in a tooltip. */
export function TimeText({ at, exact = false, zone = false, ...rest }: Props) {
  const format = useFormat();
  const now = useNow();
  if (at === undefined) {
    return (
      <Text span inherit={rest.size === undefined} c="dimmed" {...rest}>
        –
      </Text>
    );
  }
  const relative = format.relative(at, now);
  const iso = new Date(at).toISOString();
  const label = (
    <>
      {exact ? relative : format.exact(at)}
      <br />
      {iso}
    </>
  );
  return (
    <Tooltip label={label}>
      <Text span inherit={rest.size === undefined} style={{ whiteSpace: 'nowrap' }} {...rest}>
        <time dateTime={iso}>{exact ? (zone ? `${format.time(at)} ${format.zone(at)}` : format.time(at)) : relative}</time>
      </Text>
    </Tooltip>
  );
}

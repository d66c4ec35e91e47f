/** The languages of the console. */
export type Language = 'en' | 'ru';

/** Numbers, sizes and times in the words of a language. */
export interface Format {
  /** 12,345.6 */
  number(value: number, decimals?: number): string;
  /** 12.3K where there is little room. */
  compact(value: number): string;
  /** 0.42 → 42 % */
  percent(share: number): string;
  /** 1,536 → 1.5 KB (powers of 1,024) */
  bytes(value: number): string;
  /** Milliseconds in the largest two units: 320 ms, 4.2 s, 3 min 20 s, 2 d 4 h. */
  duration(ms: number): string;
  /** 22 Nov 2026, 18:04:09, in the time zone of the browser. */
  time(at: string | number | Date): string;
  /** The time zone of the browser at that time: GMT+3. */
  zone(at: string | number | Date): string;
  /** 22 Nov 2026, 18:04:09.123 with the zone, for tooltips. */
  exact(at: string | number | Date): string;
  /** 22 Nov 2026 */
  date(at: string | number | Date): string;
  /** 18:04:09 */
  clock(at: string | number | Date): string;
  /** 3 minutes ago, in 2 hours. */
  relative(at: string | number | Date, now: number): string;
  /** a, b and c */
  list(items: readonly string[]): string;
}

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const made = new Map<Language, Format>();

/** The formats of a language; made once, since `Intl` is slow to make. */
export function formatOf(language: Language): Format {
  const known = made.get(language);
  if (known !== undefined) return known;
  const format = newFormat(language);
  made.set(language, format);
  return format;
}

function newFormat(language: Language): Format {
  // 24 hours in both: administrators compare with logs.
  const locale = language === 'ru' ? 'ru-RU' : 'en-GB';
  const plain = new Map<number, Intl.NumberFormat>();
  const number = (value: number, decimals = 0): string => {
    let format = plain.get(decimals);
    if (format === undefined) {
      format = new Intl.NumberFormat(locale, { maximumFractionDigits: decimals });
      plain.set(decimals, format);
    }
    return format.format(value);
  };
  const compact = new Intl.NumberFormat(locale, { notation: 'compact', maximumFractionDigits: 1 });
  const percent = new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 1 });
  const unit = (name: string) => {
    const whole = new Intl.NumberFormat(locale, { style: 'unit', unit: name, unitDisplay: 'short', maximumFractionDigits: 1 });
    return (value: number) => whole.format(value);
  };
  const sizes = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'].map(unit);
  const units = { ms: unit('millisecond'), s: unit('second'), min: unit('minute'), h: unit('hour'), d: unit('day') };
  const time = new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short', year: 'numeric', hour: '2-digit', minute: '2-digit', second: '2-digit' });
  const exact = new Intl.DateTimeFormat(locale, {
    day: 'numeric',
    month: 'long',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    fractionalSecondDigits: 3,
    timeZoneName: 'short',
  });
  const zone = new Intl.DateTimeFormat(locale, { hour: '2-digit', timeZoneName: 'short' });
  const date = new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short', year: 'numeric' });
  const clock = new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit', second: '2-digit' });
  const ago = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' });
  const list = new Intl.ListFormat(locale, { type: 'conjunction' });

  return {
    number,
    compact: (value) => compact.format(value),
    percent: (share) => percent.format(share),
    bytes: (value) => {
      const power = value < 1 ? 0 : Math.min(sizes.length - 1, Math.floor(Math.log2(value) / 10));
      return (sizes[power] ?? String)(value / 1_024 ** power);
    },
    duration: (ms) => {
      if (ms < SECOND) return units.ms(Math.round(ms));
      if (ms < MINUTE) return units.s(Math.round(ms / 100) / 10);
      if (ms < HOUR) return two(ms, MINUTE, SECOND, units.min, units.s);
      if (ms < DAY) return two(ms, HOUR, MINUTE, units.h, units.min);
      return two(ms, DAY, HOUR, units.d, units.h);
    },
    time: (at) => time.format(new Date(at)),
    zone: (at) => zone.formatToParts(new Date(at)).find(({ type }) => type === 'timeZoneName')?.value ?? '',
    exact: (at) => exact.format(new Date(at)),
    date: (at) => date.format(new Date(at)),
    clock: (at) => clock.format(new Date(at)),
    relative: (at, now) => {
      const ms = new Date(at).getTime() - now;
      const far = Math.abs(ms);
      // A clock of the server that is a little ahead is no future.
      if (far < 5 * SECOND) return ago.format(0, 'second');
      if (far < MINUTE) return ago.format(Math.trunc(ms / SECOND), 'second');
      if (far < HOUR) return ago.format(Math.trunc(ms / MINUTE), 'minute');
      if (far < DAY) return ago.format(Math.trunc(ms / HOUR), 'hour');
      if (far < 30 * DAY) return ago.format(Math.trunc(ms / DAY), 'day');
      return date.format(new Date(at));
    },
    list: (items) => list.format(items),
  };
}

function two(ms: number, large: number, small: number, largeText: (value: number) => string, smallText: (value: number) => string): string {
  const smalls = Math.round(ms / small);
  const perLarge = large / small;
  const rest = smalls % perLarge;
  return rest === 0 ? largeText(Math.floor(smalls / perLarge)) : `${largeText(Math.floor(smalls / perLarge))} ${smallText(rest)}`;
}

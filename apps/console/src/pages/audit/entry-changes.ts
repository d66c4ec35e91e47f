/** One member that is not what it was. A side without a value was not there. */
export interface EntryChange {
  /** `settings.ttl`; empty for the value as a whole. */
  readonly path: string;
  readonly before?: unknown;
  readonly after?: unknown;
}

/** Objects within objects are looked into so far; what lies deeper is compared as a whole. */
const DEPTH = 3;

/** What differs between before and after: changed members only, by their paths. */
export function changesOf(before: unknown, after: unknown): EntryChange[] {
  return compare('', before, after, DEPTH);
}

function compare(path: string, before: unknown, after: unknown, depth: number): EntryChange[] {
  if (JSON.stringify(before) === JSON.stringify(after)) return [];
  const [was, is] = [membersOf(before), membersOf(after)];
  const looksInto = depth > 0 && (was !== undefined || before === undefined) && (is !== undefined || after === undefined);
  if (!looksInto) return [{ path, ...(before === undefined ? {} : { before }), ...(after === undefined ? {} : { after }) }];
  const names = [...new Set([...Object.keys(was ?? {}), ...Object.keys(is ?? {})])];
  return names.flatMap((name) => compare(path === '' ? name : `${path}.${name}`, was?.[name], is?.[name], depth - 1));
}

function membersOf(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Readonly<Record<string, unknown>>) : undefined;
}

/** A value in few characters. */
export function shortly(value: unknown, most = 160): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > most ? `${text.slice(0, most)}…` : text;
}

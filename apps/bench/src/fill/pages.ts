import { percentile } from '../load/tally.js';
import { type Answer, type Ask, asksOfPages } from './asks.js';

export interface PagesOptions {
  /** Where the server is, over a database that `fill` has filled. */
  readonly server: string;
  /** Of an administrator who is an owner. */
  readonly key: string;
  readonly tries: number;
}

const LIMIT_MS = 300;

/**
 * Times every GET that a page of the console makes: the first time, then so many times again.
 *
 * @returns whether all were answered, and the slow twentieth of none took longer than 300 ms
 */
export async function measurePages({ server, key, tries }: PagesOptions, tell: (line: string) => void): Promise<boolean> {
  const ask = async (path: string) => {
    const begun = performance.now();
    const response = await fetch(`${server}${path}`, { headers: { authorization: `Bearer ${key}` } });
    const text = await response.text();
    return { status: response.status, ms: performance.now() - begun, text };
  };
  const answer: Ask = async (path) => {
    const { status, text } = await ask(path);
    return { status, body: read(text) };
  };
  // What waits is counted in the background; until then some lists are empty.
  while ((await answer('/v1/clients?limit=1')).body.asOf === undefined) await new Promise((resolve) => setTimeout(resolve, 2_000));

  let good = true;
  let asked = 0;
  const slowest = { first: 0, p95: 0 };
  tell('first   p50   p95  status  items  ');
  for (const { page, paths } of await asksOfPages(answer)) {
    tell(`${page}`);
    for (const path of paths) {
      const { ms: first, status, text } = await ask(path);
      const times = new Float64Array(tries);
      for (let nth = 0; nth < tries; nth++) times[nth] = (await ask(path)).ms;
      times.sort();
      const [p50, p95] = [percentile(times, 0.5), percentile(times, 0.95)];
      const right = status === 200;
      good &&= right && p95 <= LIMIT_MS;
      asked++;
      slowest.first = Math.max(slowest.first, first);
      slowest.p95 = Math.max(slowest.p95, p95);
      const column = (value: number | string, width: number) => String(typeof value === 'number' ? Math.round(value) : value).padStart(width);
      const items = right ? (read(text).items?.length ?? '') : '';
      const mark = !right || p95 > LIMIT_MS ? '  !!' : first > LIMIT_MS ? '  ! first' : '';
      tell(`${column(first, 5)} ${column(p50, 5)} ${column(p95, 5)}  ${column(status, 6)}  ${column(items, 5)}  ${decodeURIComponent(path)}${mark}`);
    }
  }
  tell(`${asked} kinds of questions; the slowest first answer took ${Math.round(slowest.first)} ms, the slowest p95 ${Math.round(slowest.p95)} ms`);
  return good;
}

function read(text: string): Answer {
  try {
    return JSON.parse(text) as Answer;
  } catch {
    // Data as it was sent.
    return {};
  }
}

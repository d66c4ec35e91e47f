let collected: string[] | undefined;

const MARK = '\u0000raw-json\u0000';
const QUOTED_MARK = JSON.stringify(MARK);

/** JSON text that goes out byte for byte as it came in, inside an answer that is written by {@link writeJson}. */
export class RawJson {
  constructor(readonly text: string) {}

  toJSON(): unknown {
    if (collected === undefined) return JSON.parse(this.text) as unknown;
    collected.push(this.text);
    return MARK;
  }
}

/** JSON.stringify, with each {@link RawJson} standing in it as it is. */
export function writeJson(value: unknown): string {
  const raws: string[] = [];
  collected = raws;
  let text: string;
  try {
    text = JSON.stringify(value);
  } finally {
    collected = undefined;
  }
  if (raws.length === 0) return text;
  const parts = text.split(QUOTED_MARK);
  // A mark that came from elsewhere (a string of somebody's) would leave more parts than raws: then nothing is passed through.
  if (parts.length !== raws.length + 1) return JSON.stringify(value);
  return parts.map((part, at) => (at === 0 ? part : raws[at - 1] + part)).join('');
}

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));
const SHAPE = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

export function isUuid(text: string): boolean {
  return SHAPE.test(text);
}

/**
 * Makes UUIDv7 (RFC 9562) that grow within one maker, also within a millisecond (method 1 of
 * section 6.2: a counter in `rand_a`, seeded at random with its highest bit clear).
 *
 * @param now milliseconds since 1970
 * @param fill fills an array with random bytes
 */
export function uuidv7Maker(now: () => number, fill: (bytes: Uint8Array) => void): () => string {
  const pool = new Uint8Array(4096);
  let used = pool.length;
  let last = 0;
  let counter = 0;
  return () => {
    if (used + 10 > pool.length) {
      fill(pool);
      used = 0;
    }
    const at = used;
    used += 10;
    const byte = (offset: number) => pool[at + offset] as number;
    const time = now();
    if (time > last) {
      last = time;
      counter = ((byte(8) << 8) | byte(9)) & 0x7ff;
    } else if (++counter > 0xfff) {
      last += 1;
      counter = ((byte(8) << 8) | byte(9)) & 0x7ff;
    }
    const high = Math.floor(last / 0x10000);
    const low = last % 0x10000;
    const hex = (value: number) => HEX[value & 0xff] as string;
    return (
      `${hex(high >>> 24)}${hex(high >>> 16)}${hex(high >>> 8)}${hex(high)}-${hex(low >>> 8)}${hex(low)}-` +
      `${hex(0x70 | (counter >>> 8))}${hex(counter)}-${hex(0x80 | (byte(0) & 0x3f))}${hex(byte(1))}-` +
      `${hex(byte(2))}${hex(byte(3))}${hex(byte(4))}${hex(byte(5))}${hex(byte(6))}${hex(byte(7))}`
    );
  };
}

/** The time in a UUIDv7, milliseconds since 1970. */
export function uuidv7Time(id: string): number {
  return Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16);
}

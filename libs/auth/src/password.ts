import { hash, verify } from '@node-rs/argon2';
import { invalid } from '@vestnik/protocol';

const CHARACTERS_MIN = 12;
const BYTES_MAX = 1_024;
const DIFFERENT_MIN = 5;

/** OWASP's first choice for argon2id: 19 MiB, 2 passes, 1 lane. */
const ARGON2ID = { algorithm: 2, memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

/** Hashing at the same time takes 19 MiB each and the threads that files are read with: two are let in, the others wait. */
const AT_ONCE = 2;
let running = 0;
const waiting: (() => void)[] = [];

async function inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
  if (running >= AT_ONCE) await new Promise<void>((resolve) => waiting.push(resolve));
  else running++;
  try {
    return await work();
  } finally {
    const next = waiting.shift();
    if (next === undefined) running--;
    else next();
  }
}

/**
 * Length is what counts (NIST SP 800-63B, 5.1.1): 12 characters or more, of any kind, that are not one pattern or the name.
 *
 * @throws Problem `request-invalid` naming `password`
 */
export function checkPassword(password: string, name: string): void {
  const wrong = (message: string) => invalid('request-invalid', 'password', message);
  if ([...password].length < CHARACTERS_MIN) throw wrong(`at least ${CHARACTERS_MIN} characters`);
  if (Buffer.byteLength(password) > BYTES_MAX) throw wrong(`at most ${BYTES_MAX} bytes`);
  const plain = password.toLowerCase();
  if (new Set(plain).size < DIFFERENT_MIN) throw wrong(`at least ${DIFFERENT_MIN} different characters`);
  const left = plain.replaceAll(name.toLowerCase(), '').replaceAll(/vestnik|password|пароль|qwerty|йцукен|admin|0123456789|1234567890|123456|12345/g, '');
  if ([...left].length < CHARACTERS_MIN / 2) throw wrong('the name, the product or a common sequence is most of it');
}

/** argon2id in its PHC form. Typed in another Unicode form, it is the same password. */
export function hashPassword(password: string): Promise<string> {
  return inTurn(() => hash(password.normalize('NFKC'), ARGON2ID));
}

/** Never rejects: what cannot be read as a hash fits no password. */
export async function passwordFits(passwordHash: string, password: string): Promise<boolean> {
  if (Buffer.byteLength(password) > BYTES_MAX) return false;
  return inTurn(() => verify(passwordHash, password.normalize('NFKC')).catch(() => false));
}

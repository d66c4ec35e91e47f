import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { Clock, SecretVault } from '@vestnik/core';
import type { DataSource } from 'typeorm';
import { SecretRow } from './entities.js';
import { inStore } from './failures.js';

const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** What was sealed under another secret key, or was changed in the database. */
export class SealBrokenError extends Error {
  override readonly name = 'SealBrokenError';

  constructor(readonly secret: string) {
    super(`the secret ${secret} cannot be read: VESTNIK_SECRET_KEY is not the one it was stored under, or the row was changed`);
  }
}

/** Secrets in Postgres, each AES-256-GCM under the installation's secret key; its name is authenticated with it, so rows cannot be swapped. */
export class PostgresSecretVault implements SecretVault {
  /** @param secretKey 32 bytes */
  constructor(
    private readonly dataSource: DataSource,
    private readonly secretKey: Uint8Array,
    private readonly clock: Pick<Clock, 'now'>,
  ) {
    if (secretKey.length !== KEY_BYTES) throw new Error(`the secret key has ${KEY_BYTES} bytes, not ${secretKey.length}`);
  }

  /** @throws SealBrokenError */
  get(name: string): Promise<Uint8Array | undefined> {
    return inStore(async () => {
      const row = await this.dataSource.getRepository(SecretRow).findOneBy({ name });
      return row === null ? undefined : this.open(name, row.sealed);
    });
  }

  set(name: string, secret: Uint8Array): Promise<void> {
    return inStore(async () => {
      await this.dataSource.getRepository(SecretRow).upsert({ name, sealed: this.seal(name, secret), changedAt: this.clock.now() }, ['name']);
    });
  }

  delete(name: string): Promise<void> {
    return inStore(async () => {
      await this.dataSource.getRepository(SecretRow).delete({ name });
    });
  }

  /** Whichever node comes first, all read back the same. */
  ensure(name: string, bytes: number): Promise<Uint8Array> {
    return inStore(async () => {
      const there = await this.get(name);
      if (there !== undefined) return there;
      const row = { name, sealed: this.seal(name, randomBytes(bytes)), changedAt: this.clock.now() };
      await this.dataSource.getRepository(SecretRow).createQueryBuilder().insert().values(row).orIgnore().execute();
      return (await this.get(name)) as Uint8Array;
    });
  }

  private seal(name: string, secret: Uint8Array): Buffer {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv('aes-256-gcm', this.secretKey, nonce).setAAD(Buffer.from(name));
    return Buffer.concat([nonce, cipher.update(secret), cipher.final(), cipher.getAuthTag()]);
  }

  private open(name: string, sealed: Buffer): Uint8Array {
    try {
      const cipher = createDecipheriv('aes-256-gcm', this.secretKey, sealed.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES });
      cipher.setAAD(Buffer.from(name)).setAuthTag(sealed.subarray(sealed.length - TAG_BYTES));
      return Buffer.concat([cipher.update(sealed.subarray(NONCE_BYTES, sealed.length - TAG_BYTES)), cipher.final()]);
    } catch {
      throw new SealBrokenError(name);
    }
  }
}

import type { SecretVault } from '../ports/directory.js';

/** Secrets in memory, of one installation. */
export class MemorySecretVault implements SecretVault {
  private readonly secrets = new Map<string, Uint8Array>();

  /** @param random fills with random bytes */
  constructor(private readonly random: (bytes: Uint8Array) => void) {}

  async get(name: string): Promise<Uint8Array | undefined> {
    return this.secrets.get(name)?.slice();
  }

  async set(name: string, secret: Uint8Array): Promise<void> {
    this.secrets.set(name, Uint8Array.from(secret));
  }

  async delete(name: string): Promise<void> {
    this.secrets.delete(name);
  }

  async ensure(name: string, bytes: number): Promise<Uint8Array> {
    const there = this.secrets.get(name);
    if (there !== undefined) return there.slice();
    const made = new Uint8Array(bytes);
    this.random(made);
    this.secrets.set(name, made);
    return made.slice();
  }
}

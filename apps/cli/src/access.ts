import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { CliError } from './cli-error.js';
import { EXIT } from './exit-codes.js';
import type { Surroundings } from './surroundings.js';

/** The options that all commands have. */
export interface CommonOptions {
  readonly url?: string;
  readonly tenant?: string;
  readonly key?: string;
  readonly adminKey?: string;
  readonly json?: boolean;
  readonly color: boolean;
}

export const URL_DEFAULT = 'http://127.0.0.1:8378';

/** Where the bus is and what opens it: from the command line, else the environment, else this machine. */
export class Access {
  readonly url: string;
  readonly tenant: string;

  constructor(
    private readonly options: CommonOptions,
    private readonly around: Pick<Surroundings, 'env' | 'cwd'>,
  ) {
    const { env } = around;
    this.url = (options.url ?? env.VESTNIK_URL ?? URL_DEFAULT).replace(/\/+$/, '');
    if (!/^https?:$/.test(protocolOf(this.url))) {
      throw new CliError(EXIT.usage, `"${this.url}" is not the address of a bus`, { todo: `It looks like ${URL_DEFAULT}: give --url or VESTNIK_URL.` });
    }
    this.tenant = options.tenant ?? env.VESTNIK_TENANT ?? 'demo';
  }

  /** The tenant's key, or a client's token. */
  tenantKey(): string {
    const key = this.options.key ?? this.around.env.VESTNIK_KEY;
    if (key !== undefined && key !== '') return key;
    throw new CliError(EXIT.notPermitted, `there is no key for the tenant ${this.tenant}`, {
      why: 'neither --key nor VESTNIK_KEY is given',
      todo: `The first start of a bus shows one; vestnik key create --tenant ${this.tenant} makes another.`,
    });
  }

  adminKey(): string {
    const key = this.findAdminKey();
    if (key !== undefined) return key;
    throw new CliError(EXIT.notPermitted, 'there is no administrator’s key', {
      why: `neither --admin-key nor VESTNIK_ADMIN_KEY is given${this.isLocal() ? `, and ${this.adminKeyFile()} is not there` : ''}`,
      todo: 'On the server’s own machine, run this where its data directory is, or name it in VESTNIK_DATA_DIR.',
    });
  }

  /** The tenant's key where there is one, else an administrator's: for what both may see. */
  readingKey(): string {
    return this.options.key ?? this.around.env.VESTNIK_KEY ?? this.findAdminKey() ?? this.tenantKey();
  }

  /** An administrator's key where there is one, else the tenant's own: for what both may do. */
  managingKey(): string {
    return this.options.key ?? this.findAdminKey() ?? this.tenantKey();
  }

  private findAdminKey(): string | undefined {
    const given = this.options.adminKey ?? this.around.env.VESTNIK_ADMIN_KEY;
    if (given !== undefined && given !== '') return given;
    // The file is this machine's secret: it is never sent to another.
    return this.isLocal() ? readKey(this.adminKeyFile()) : undefined;
  }

  private adminKeyFile(): string {
    return resolve(this.around.cwd(), this.around.env.VESTNIK_DATA_DIR ?? 'data', 'admin-key');
  }

  private isLocal(): boolean {
    const { hostname } = new URL(this.url);
    return hostname === 'localhost' || hostname === '[::1]' || /^127(?:\.\d+){3}$/.test(hostname);
  }
}

function readKey(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8').trim() || undefined;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw new CliError(EXIT.notPermitted, 'the administrator’s key cannot be read', {
      why: (error as Error).message,
      todo: 'Run this as the account that the server runs as.',
    });
  }
}

function protocolOf(url: string): string {
  return URL.canParse(url) ? new URL(url).protocol : '';
}

import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ask, freePort, TiedProcess, untilAsked } from '@vestnik/testing';

const PROGRAM = ['/usr/sbin/nginx', '/usr/bin/nginx'].find((path) => existsSync(path));

/** Whether there is an nginx (Debian: nginx-light). */
export const HAS_NGINX = PROGRAM !== undefined;

/** An nginx of our own, in front of a node: it buffers and compresses whatever it is not told to leave alone. */
export class Nginx {
  readonly #folder = mkdtempSync(join(tmpdir(), 'vestnik-nginx-'));
  #process: TiedProcess | undefined;
  #output = '';

  private constructor(readonly port: number) {}

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** @param readSeconds a connection on which nothing comes for so long is cut */
  static async start(targetPort: number, readSeconds: number): Promise<Nginx> {
    const nginx = new Nginx(await freePort());
    writeFileSync(join(nginx.#folder, 'nginx.conf'), nginx.#settings(targetPort, readSeconds));
    await nginx.up();
    return nginx;
  }

  async up(): Promise<void> {
    this.#process = new TiedProcess(PROGRAM as string, ['-p', this.#folder, '-c', 'nginx.conf', '-e', 'stderr'], {
      environment: process.env,
      onOutput: (text) => {
        this.#output += text;
      },
    });
    const child = this.#process;
    await untilAsked('nginx answers', async () => {
      if (child.exit !== undefined) throw new Error(`nginx ended: ${this.#output}`);
      return (await ask(`${this.url}/healthz`)).status === 200;
    });
  }

  /** Cuts every connection. */
  async restart(): Promise<void> {
    await this.#process?.end('SIGTERM');
    await this.up();
  }

  async close(): Promise<void> {
    await this.#process?.end('SIGTERM');
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #settings(targetPort: number, readSeconds: number): string {
    const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((what) => `${what}_temp_path ${what};`).join(' ');
    return `
      daemon off; worker_processes 1; pid nginx.pid; error_log stderr warn;
      ${process.getuid?.() === 0 ? 'user root;' : ''}
      events { worker_connections 256; }
      http {
        access_log off; ${temporary}
        gzip on; gzip_types *; gzip_min_length 1; gzip_proxied any;
        map $http_upgrade $connection_upgrade { default upgrade; '' ''; }
        server {
          listen 127.0.0.1:${this.port};
          location / {
            proxy_pass http://127.0.0.1:${targetPort};
            proxy_http_version 1.1;
            proxy_set_header Host $http_host;
            proxy_set_header Upgrade $http_upgrade;
            proxy_set_header Connection $connection_upgrade;
            proxy_buffering on; proxy_buffers 16 64k;
            proxy_read_timeout ${readSeconds}s;
          }
        }
      }`;
  }
}

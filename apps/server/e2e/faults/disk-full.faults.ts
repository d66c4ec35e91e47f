import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { appendFileSync, mkdtempSync, rmSync, statfsSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TestPostgres, TestServer, untilAsked } from '@vestnik/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const MIB = 1024 * 1024;
const folder = mkdtempSync(join(tmpdir(), 'vestnik-small-'));
const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=160m,mode=0711', 'tmpfs', folder]).status === 0;
if (!mounted) {
  rmSync(folder, { recursive: true });
  console.warn('\n!!! SKIPPED: no file system can be mounted here; a full disk is not tested.\n');
}

describe.skipIf(!mounted)('when the data disk is full', () => {
  const wal = mkdtempSync(join(tmpdir(), 'vestnik-wal-'));
  const ballast = join(folder, 'ballast');
  let postgres: TestPostgres;
  let server: TestServer;

  beforeAll(async () => {
    postgres = await TestPostgres.start({ folder });
    // The write-ahead log stays on a disk with room: without that Postgres stops, which is another fault.
    await postgres.stop();
    const inside = join(folder, 'postgres', 'pg_wal');
    spawnSync('cp', ['-a', inside, join(wal, 'pg_wal')]);
    spawnSync('chmod', ['711', wal]);
    rmSync(inside, { recursive: true });
    symlinkSync(join(wal, 'pg_wal'), inside);
    await postgres.startAgain();
    server = await TestServer.start({ databaseUrl: await postgres.createDatabase() });
  }, 60_000);

  afterAll(async () => {
    await server?.close();
    await postgres?.stop();
    spawnSync('umount', [folder]);
    rmSync(folder, { recursive: true, force: true });
    rmSync(wal, { recursive: true, force: true });
  });

  it('sends are refused as such, what is stored is read and pushed, and all heals without a restart', { timeout: 180_000 }, async () => {
    const tenant = await server.createTenant('sales');
    const { pid } = server;
    const stored = await tenant.send({ to: 'ivanov', type: 'hello', data: 'stored before' });
    await (await tenant.connect('ivanov')).end();
    const big = () => ({ to: 'petrov', type: 'big', data: randomBytes(60_000).toString('base64') });

    for (let { bavail, bsize } = statfsSync(folder); bavail * bsize > 0; { bavail, bsize } = statfsSync(folder)) {
      try {
        appendFileSync(ballast, Buffer.alloc(Math.min(MIB, bavail * bsize)));
      } catch {
        break;
      }
    }
    const refused = await untilAsked('a send is refused', async () => {
      const answer = await tenant.api('POST', '/messages', big());
      return answer.status !== 202 && answer;
    });
    expect(refused.status).toBeOneOf([503, 507]);
    expect(refused.body).toMatchObject({ type: expect.stringMatching(/^urn:vestnik:problem:(storage-full|unavailable)$/), retryable: true });
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);

    const client = await tenant.connect('ivanov');
    expect((await client.received(1))[0]).toMatchObject({ id: stored.id, data: 'stored before' });
    const acknowledged = await client.ask('ack', { position: client.messages[0]?.position });
    if (acknowledged?.error !== undefined) expect(acknowledged.error.data.type).toBe('storage-full');

    rmSync(ballast);
    await untilAsked('a send is accepted again', async () => (await tenant.api('POST', '/messages', big())).status === 202, 20_000);
    await untilAsked(
      'the acknowledgement is on disk',
      async () => {
        const { body } = await tenant.api('GET', `/messages/${stored.id}`);
        return (body.to as { state: string }[])[0]?.state === 'acknowledged';
      },
      20_000,
    );
    expect(server.pid).toBe(pid);
    expect(server.running).toBe(true);
  });
});

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DataSource } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDataSource } from './data-source.js';
import { describeSchema } from './describe-schema.js';
import { type RunningPostgres, startPostgres } from './embedded/index.js';
import { migrate } from './migrate.js';
import { MIGRATION_TABLE } from './migrations/index.js';

const FILE = new URL('./schema.sql', import.meta.url);
const HEADER = `-- The whole schema in one view, as the migrations make it. Written by schema.pg.spec.ts, which fails where it is not true:
-- UPDATE_SCHEMA=1 npx vitest run libs/store/src/schema.pg.spec.ts
-- What each table is for, and why it is as it is, stands in the migrations. Partitions are left out.

`;

describe('the schema', () => {
  const folder = mkdtempSync(join(tmpdir(), 'vestnik-schema-'));
  let postgres: RunningPostgres;
  let dataSource: DataSource;
  beforeAll(async () => {
    postgres = await startPostgres({ dataDir: folder, pgBin: process.env.PG_BIN });
    dataSource = await createDataSource({ url: postgres.url, poolSize: 2 }).initialize();
    await migrate(dataSource);
  });
  afterAll(async () => {
    await dataSource?.destroy();
    await postgres?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it('is the one that schema.sql shows', async () => {
    const schema = HEADER + (await describeSchema(dataSource, MIGRATION_TABLE));
    if (process.env.UPDATE_SCHEMA === '1') writeFileSync(FILE, schema);
    expect(readFileSync(FILE, 'utf8')).toBe(schema);
  });

  it('has every table of the entities as they describe it', async () => {
    const { upQueries } = await dataSource.driver.createSchemaBuilder().log();
    const tables = dataSource.entityMetadatas.map((entity) => `"vestnik"."${entity.tableName}"`);
    expect(tables.length).toBeGreaterThan(0);
    // What the log has by hand no entity speaks of: of that the builder would know nothing.
    expect(upQueries.map(({ query }) => query).filter((query) => tables.some((table) => query.includes(table)))).toEqual([]);
  });
});

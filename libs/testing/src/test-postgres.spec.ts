import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestPostgres } from './test-postgres.js';

describe('the Postgres for tests', () => {
  let postgres: TestPostgres;
  beforeAll(async () => {
    postgres = await TestPostgres.start();
  });
  afterAll(() => postgres.close());

  it('gives out empty databases that know nothing of each other', async () => {
    const [one, two] = [await postgres.createDatabase(), await postgres.createDatabase()];
    await postgres.query('create table only_here (a int)', [], one);
    expect(await postgres.query(`select to_regclass('only_here') as found`, [], one)).toEqual([{ found: 'only_here' }]);
    expect(await postgres.query(`select to_regclass('only_here') as found`, [], two)).toEqual([{ found: null }]);
  });

  it('comes back at the same address after it was killed, with what was committed', async () => {
    const url = await postgres.createDatabase();
    await postgres.query('create table kept as select 42 as answer', [], url);
    await postgres.kill();
    await expect(postgres.query('select 1', [], url)).rejects.toThrow();
    await postgres.startAgain();
    expect(await postgres.query('select k.answer from kept k', [], url)).toEqual([{ answer: 42 }]);
  });
});

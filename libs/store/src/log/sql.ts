import { Problem } from '@vestnik/protocol';
import pg from 'pg';

/** One statement, prepared once a connection under its name. */
export interface Statement {
  readonly name: string;
  readonly text: string;
}

/** Numbers come as numbers: positions and milliseconds stay far below 2^53. */
const types = {
  getTypeParser(oid: number, format?: 'text' | 'binary'): unknown {
    if (oid === 20) return Number;
    return pg.types.getTypeParser(oid, format as 'text');
  },
};

export interface SqlOptions {
  readonly url: string;
  readonly connections: number;
  /** `off` only for what may be lost without harm. */
  readonly synchronousCommit: 'on' | 'off';
  /** Told of connections that broke while idle; the pool makes new ones. */
  readonly onError: (error: Error) => void;
}

/** Statements by hand over a pool of connections. What goes wrong comes out as a Problem where it is the store's state, else as it is. */
export class Sql {
  private readonly pool: pg.Pool;

  constructor(options: SqlOptions) {
    this.pool = new pg.Pool({
      connectionString: options.url,
      max: options.connections,
      connectionTimeoutMillis: 5_000,
      query_timeout: 30_000,
      keepAlive: true,
      types: types as pg.CustomTypesConfig,
      application_name: 'vestnik',
      options: `-c synchronous_commit=${options.synchronousCommit} -c random_page_cost=1.1 -c max_parallel_workers_per_gather=0 -c jit=off -c plan_cache_mode=force_generic_plan -c enable_seqscan=off -c statement_timeout=25000 -c idle_in_transaction_session_timeout=30000 -c timezone=UTC`,
    });
    this.pool.on('error', options.onError);
  }

  async rows<Row>(statement: Statement, values: readonly unknown[] = []): Promise<Row[]> {
    try {
      const result = await this.pool.query({ name: statement.name, text: statement.text, values: values as unknown[] });
      return result.rows as Row[];
    } catch (error) {
      throw storeProblem(error);
    }
  }

  async row<Row>(statement: Statement, values: readonly unknown[] = []): Promise<Row | undefined> {
    return (await this.rows<Row>(statement, values))[0];
  }

  /** Several statements in one transaction. */
  async transaction<Result>(work: (run: <Row>(text: string, values?: readonly unknown[]) => Promise<Row[]>) => Promise<Result>): Promise<Result> {
    let client: pg.PoolClient;
    try {
      client = await this.pool.connect();
    } catch (error) {
      throw storeProblem(error);
    }
    let broken: Error | undefined;
    const noticed = (error: Error) => {
      broken = error;
    };
    client.on('error', noticed);
    try {
      await client.query('begin');
      const result = await work(async <Row>(text: string, values: readonly unknown[] = []) => (await client.query(text, values as unknown[])).rows as Row[]);
      await client.query('commit');
      return result;
    } catch (error) {
      await client.query('rollback').catch(noticed);
      throw storeProblem(error);
    } finally {
      client.removeListener('error', noticed);
      client.release(broken);
    }
  }

  async end(): Promise<void> {
    await this.pool.end();
  }
}

/** SQLSTATE classes that say: the store cannot be worked with now. */
const UNAVAILABLE = /^(?:08|57P|58|25006|53[023]|55P03|57014|40001|40P01)/;

/** What the sender is told when the store fails; a bug of ours stays what it is. */
export function storeProblem(error: unknown): unknown {
  if (error instanceof Problem || !(error instanceof Error)) return error;
  const code = (error as { code?: unknown }).code;
  if (code === '53100') return new Problem('storage-full', 'the database has no room; try again when there is', { retryAfter: 10 });
  if (typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) && !UNAVAILABLE.test(code) && !/^E[A-Z]/.test(code)) return error;
  if (error instanceof TypeError || error instanceof RangeError || error instanceof SyntaxError) return error;
  const problem = new Problem('unavailable', 'the database cannot be reached now; try again', { retryAfter: 1 });
  problem.cause = error;
  return problem;
}

import { createDataSource, makePartitions, migrate, PostgresMailboxes, PostgresMessageLog, Sql } from '@vestnik/store';

/** The store over one database, as a node has it. */
export interface OpenLog {
  readonly sql: Sql;
  readonly log: PostgresMessageLog;
  readonly mailboxes: PostgresMailboxes;
  close(): Promise<void>;
}

/**
 * Migrates the database and opens the store.
 *
 * @param positionsPerPartition the store's own number where it is left out
 */
export async function openLog(url: string, positionsPerPartition?: number): Promise<OpenLog> {
  const dataSource = await createDataSource({ url, poolSize: 3 }).initialize();
  await migrate(dataSource);
  await dataSource.destroy();
  const sqlOf = (connections: number, synchronousCommit: 'on' | 'off') => new Sql({ url, connections, synchronousCommit, onError: () => undefined });
  const [sql, lazy] = [sqlOf(4, 'on'), sqlOf(1, 'off')];
  await makePartitions(sql, positionsPerPartition);
  return {
    sql,
    log: new PostgresMessageLog(sql, lazy, 'bench'),
    mailboxes: new PostgresMailboxes(sql),
    close: async () => void (await Promise.all([sql.end(), lazy.end()])),
  };
}

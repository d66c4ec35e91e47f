import type { Sql } from './log/sql.js';

/** The installation was named otherwise at its first start; addresses and tokens carry the name, so it stays. */
export class InstallationNameError extends Error {
  override readonly name = 'InstallationNameError';

  constructor(readonly known: string) {
    super(`this database belongs to the installation "${known}"`);
  }
}

/** Fixes the installation's name at the first start. @throws InstallationNameError where it has another one */
export async function fixInstallationName(sql: Sql, name: string): Promise<void> {
  await sql.rows({ name: 'name-installation', text: 'insert into vestnik.installation (name) values ($1) on conflict do nothing' }, [name]);
  const row = await sql.row<{ name: string }>({ name: 'installation-name', text: 'select i.name from vestnik.installation i' });
  if (row !== undefined && row.name !== name) throw new InstallationNameError(row.name);
}

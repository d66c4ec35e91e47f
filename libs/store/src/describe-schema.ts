import type { DataSource } from 'typeorm';
import { rowsOf, SCHEMA } from './data-source.js';

interface Table {
  readonly name: string;
  readonly oid: number;
  readonly partition_key: string | null;
  readonly options: string[] | null;
}

/** Without partitions: which there are changes from day to day. */
const TABLES = `select c.relname as name, c.oid::int8 as oid, pg_get_partkeydef(c.oid) as partition_key, c.reloptions as options
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where n.nspname = $1 and c.relkind in ('r', 'p') and not c.relispartition
  order by c.relname collate "C"`;

const COLUMNS = `select a.attname as name, format_type(a.atttypid, a.atttypmod) as type, a.attnotnull as not_null, a.attidentity as identity,
    pg_get_expr(d.adbin, d.adrelid) as "default", case when a.attcollation <> t.typcollation then l.collname end as collation
  from pg_attribute a
  join pg_type t on t.oid = a.atttypid
  left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
  left join pg_collation l on l.oid = a.attcollation
  where a.attrelid = $1 and a.attnum > 0 and not a.attisdropped
  order by a.attnum`;

/** Newer versions of Postgres list `not null` among the constraints too. */
const CONSTRAINTS = `select k.conname as name, pg_get_constraintdef(k.oid) as definition from pg_constraint k
  where k.conrelid = $1 and k.contype in ('p', 'u', 'c', 'f')
  order by position(k.contype::text in 'pufc'), k.conname collate "C"`;

const INDEXES = `select pg_get_indexdef(i.indexrelid) as definition from pg_index i join pg_class c on c.oid = i.indexrelid
  where i.indrelid = $1 and not exists (select from pg_constraint k where k.conindid = i.indexrelid and k.contype in ('p', 'u'))
  order by c.relname collate "C"`;

const TRIGGERS = `select pg_get_triggerdef(t.oid) as definition from pg_trigger t where t.tgrelid = $1 and not t.tgisinternal order by t.tgname collate "C"`;

/** Those behind identity columns come with their tables. */
const SEQUENCES = `select c.relname as name, format_type(s.seqtypid, null) as type, s.seqcache as cache
  from pg_sequence s join pg_class c on c.oid = s.seqrelid join pg_namespace n on n.oid = c.relnamespace
  where n.nspname = $1 and not exists (select from pg_depend d where d.objid = c.oid and d.deptype in ('i', 'a') and d.refobjsubid > 0)
  order by c.relname collate "C"`;

const FUNCTIONS = `select pg_get_functiondef(f.oid) as definition from pg_proc f join pg_namespace n on n.oid = f.pronamespace
  where n.nspname = $1 order by f.proname collate "C", pg_get_function_identity_arguments(f.oid) collate "C"`;

interface Column {
  readonly name: string;
  readonly type: string;
  readonly not_null: boolean;
  readonly identity: string;
  readonly default: string | null;
  readonly collation: string | null;
}

/**
 * The whole schema as the migrations have made it, as SQL to read: the same text from every version of Postgres.
 *
 * Left out are the partitions and the migrations' own table.
 */
export async function describeSchema(dataSource: DataSource, migrationTable: string): Promise<string> {
  const parts: string[] = [];
  for (const { name, type, cache } of await rowsOf<{ name: string; type: string; cache: number }>(dataSource, SEQUENCES, [SCHEMA])) {
    parts.push(`create sequence ${SCHEMA}.${name} as ${type} cache ${cache};\n`);
  }
  for (const table of await rowsOf<Table>(dataSource, TABLES, [SCHEMA])) {
    if (table.name !== migrationTable) parts.push(await describeTable(dataSource, table));
  }
  for (const { definition } of await rowsOf<{ definition: string }>(dataSource, FUNCTIONS, [SCHEMA])) {
    parts.push(`${definition.replace(/^CREATE OR REPLACE FUNCTION/, 'create function').trimEnd()};\n`);
  }
  return parts.join('\n');
}

async function describeTable(dataSource: DataSource, { name, oid, partition_key: partitionKey, options }: Table): Promise<string> {
  const columns = await rowsOf<Column>(dataSource, COLUMNS, [oid]);
  const constraints = await rowsOf<{ name: string; definition: string }>(dataSource, CONSTRAINTS, [oid]);
  const lines = [...columns.map(describeColumn), ...constraints.map((constraint) => `constraint ${constraint.name} ${constraint.definition}`)];
  const partitioned = partitionKey === null ? '' : ` partition by ${partitionKey}`;
  const stored = options === null ? '' : ` with (${options.join(', ')})`;
  const others = [
    ...(await rowsOf<{ definition: string }>(dataSource, INDEXES, [oid])),
    ...(await rowsOf<{ definition: string }>(dataSource, TRIGGERS, [oid])),
  ];
  return [
    `create table ${SCHEMA}.${name} (\n  ${lines.join(',\n  ')}\n)${partitioned}${stored};`,
    ...others.map(({ definition }) => `${definition};`),
    '',
  ].join('\n');
}

function describeColumn({ name, type, not_null: notNull, identity, default: standard, collation }: Column): string {
  const words = [name, type];
  if (collation !== null) words.push(`collate "${collation}"`);
  if (notNull) words.push('not null');
  if (identity !== '') words.push(`generated ${identity === 'a' ? 'always' : 'by default'} as identity`);
  if (standard !== null) words.push(`default ${standard}`);
  return words.join(' ');
}

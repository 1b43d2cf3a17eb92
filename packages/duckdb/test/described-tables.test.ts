import { DuckDBInstance } from '@duckdb/node-api'
import type { ColumnDefinition, LogicalType, TableDefinition } from '@holdfast/core/backend'
import { expect, test } from 'vitest'
import { createTableSql, describedSql, withoutQuotes } from '../src/catalog/create-table.js'

const types: readonly LogicalType[] = [
  ...(['boolean', 'integer', 'bigint', 'double', 'text', 'bytes', 'date', 'uuid', 'json'] as const).map(
    (name) => ({ name }),
  ),
  { name: 'decimal', precision: 18, scale: 2 },
  { name: 'timestamp', unit: 'ms' },
  { name: 'timestamp', unit: 'us' },
]

const column = (name: string, type: LogicalType, nullable: boolean): ColumnDefinition => ({
  name,
  type,
  nullable,
})

/** The texts that a query gives after some statements. */
async function textsOf(query: string, ...statements: readonly string[]): Promise<string[]> {
  const instance = await DuckDBInstance.create(':memory:')
  const connection = await instance.connect()
  try {
    for (const statement of statements) await connection.run(statement)
    const result = await connection.runAndReadAll(query)
    return result.getRowsJS().map(([text]) => text as string)
  } finally {
    connection.closeSync()
    instance.closeSync()
  }
}

/** What DuckDB itself writes of tables that were made by these statements. */
const describedBy = (...statements: readonly string[]) =>
  textsOf('SELECT sql FROM duckdb_tables()', ...statements)

test('DuckDB describes our tables as we do, whatever their columns are called', async () => {
  const names = [
    ...(await textsOf('SELECT DISTINCT keyword_name FROM duckdb_keywords()')),
    'Mixed',
    'UPPER',
    '_x',
    'x9',
  ]
  const columns = names.map((name, index) => column(name, types[index % types.length]!, index % 2 === 0))
  const required = columns.filter(({ nullable }) => !nullable).map(({ name }) => name)
  const table: TableDefinition = {
    name: 'select',
    columns,
    primaryKey: required.slice(0, 2),
    indexes: [
      { name: 'one', columns: required.slice(2, 3), unique: true },
      { name: 'two', columns: names.slice(-2), unique: true },
      { name: 'plain', columns: names.slice(0, 1), unique: false },
    ],
    checks: [],
  }
  const [described] = await describedBy(...createTableSql(table))
  expect(withoutQuotes(described!)).toBe(describedSql(table))
})

test.each([
  ['of a default', "create table t (id bigint primary key, a varchar default 'x')"],
  ['of a check', "create table t (id bigint, a varchar check (a <> ''), primary key (id))"],
  ['of a collation', 'create table t (id bigint, a varchar collate nocase, primary key (id))'],
  ['of another column', 'create table t (id bigint, a varchar, b varchar, primary key (id))'],
  [
    'of a name in which quotation marks stand',
    'create table t (id bigint, """a""" varchar, primary key (id))',
  ],
  [
    'of a name that looks like two columns',
    'create table t ("id BIGINT, a" varchar, primary key ("id BIGINT, a"))',
  ],
])('a table of another program is told from ours because %s', async (_, statement) => {
  const ours: TableDefinition = {
    name: 't',
    columns: [column('id', { name: 'bigint' }, false), column('a', { name: 'text' }, true)],
    primaryKey: ['id'],
    indexes: [],
    checks: [],
  }
  const [described] = await describedBy(statement)
  expect(withoutQuotes(described!)).not.toBe(describedSql(ours))
})

test('a table of two columns is told from ours of one whose name looks like them', async () => {
  const ours: TableDefinition = {
    name: 't',
    columns: [column('id', { name: 'bigint' }, false), column('x BIGINT, y', { name: 'text' }, true)],
    primaryKey: ['id'],
    indexes: [],
    checks: [],
  }
  const [other] = await describedBy('create table t (id bigint, x bigint, y varchar, primary key (id))')
  expect(withoutQuotes(other!)).not.toBe(describedSql(ours))
  const [own] = await describedBy(...createTableSql(ours))
  expect(withoutQuotes(own!)).toBe(describedSql(ours))
})

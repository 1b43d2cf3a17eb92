import { definitionFromJson, definitionToJson, HoldfastError } from '@holdfast/core/backend'
import type { IndexDefinition, TableDefinition } from '@holdfast/core/backend'
import { quoteIdentifier as quote } from '@holdfast/sql'
import type { Run } from '../access.js'
import { castOf } from '../types.js'
import type { Design, Partitioning } from '../physical/design.js'
import {
  forgetPartitioning,
  partitioningsTable,
  readPartitionings,
  writePartitioning,
} from '../physical/stored-partitioning.js'
import { checkKeys } from '../physical/reading-partitioning.js'
import { createIndexSql, createTableSql } from './create-table.js'
import { foundTable, isDeclaredAs } from './found-table.js'
import { indexName, keyName, qualified, sequenceName } from './names.js'
import { realTables } from './real-table.js'
import type { RealTable } from './real-table.js'
import type { Step } from '../wire/step.js'

/** Definitions of the tables that Holdfast made: PostgreSQL's own types say less. */
const definitionsTable = 'holdfast_tables'

export interface CatalogTable {
  readonly definition: TableDefinition
  /** Whether Holdfast made it and it is still as it was made: values are what the definition says. */
  readonly own: boolean
  /** The types of its columns, as they are written in a cast. */
  readonly casts: ReadonlyMap<string, string>
  /** What each unique index stands for, by its name: the primary key or an index of the definition. */
  readonly uniqueIndexes: ReadonlyMap<string, 'key' | IndexDefinition>
  /** What generates keys, qualified and quoted. */
  readonly sequence: string | undefined
  /** Of a table that is cut into parts: whose indexes the index of a part belongs to, by their names. */
  readonly partitionIndexes: Map<string, string> | undefined
  /** How Holdfast has cut it into parts. */
  readonly partitioning: Partitioning | undefined
}

/** Every table of the schema. */
export async function readCatalog(run: Run, schema: string): Promise<ReadonlyMap<string, CatalogTable>> {
  const real = await realTables(run, schema)
  const hasDefinitions = real.some(({ name }) => name === definitionsTable)
  const definitions = hasDefinitions ? await readDefinitions(run, schema) : new Map<string, TableDefinition>()
  const partitionings = await readPartitionings(run, schema, real)
  const tables = new Map<string, CatalogTable>()
  for (const table of real) {
    if (table.name.startsWith('holdfast_')) continue
    const definition = definitions.get(table.name)
    const parts = partsOf(table, partitionings.get(table.name))
    if (definition !== undefined && isAsDefined(table, definition)) {
      tables.set(table.name, { ...ownTable(schema, definition), ...parts })
      continue
    }
    const found = foundTable(table, definition)
    if (found !== undefined) tables.set(table.name, { ...otherTable(table, found), ...parts })
  }
  return tables
}

type Parts = Pick<CatalogTable, 'partitionIndexes' | 'partitioning'>

function partsOf({ partitionKey }: Pick<RealTable, 'partitionKey'>, partitioning?: Partitioning): Parts {
  if (partitionKey === null) return { partitionIndexes: undefined, partitioning: undefined }
  return { partitionIndexes: new Map(), partitioning }
}

export function ownTable(
  schema: string,
  definition: TableDefinition,
  partitioning?: Partitioning,
): CatalogTable {
  const { name, columns, indexes } = definition
  const unique = indexes.filter((index) => index.unique)
  return {
    definition,
    own: true,
    casts: new Map(columns.map(({ name: column, type }) => [column, castOf(type)])),
    uniqueIndexes: new Map<string, 'key' | IndexDefinition>([
      [keyName(name), 'key'],
      ...unique.map((index) => [indexName(name, index.name), index] as const),
    ]),
    sequence: columns.some(({ generated }) => generated !== undefined)
      ? qualified(schema, sequenceName(name))
      : undefined,
    partitionIndexes: partitioning && new Map(),
    partitioning,
  }
}

function otherTable(table: RealTable, definition: TableDefinition): Omit<CatalogTable, keyof Parts> {
  const generated = definition.columns.find((column) => column.generated !== undefined)
  const uniqueIndexes = new Map<string, 'key' | IndexDefinition>()
  for (const { name, isKey, unique } of table.indexes) {
    const index = definition.indexes.find((candidate) => candidate.name === name)
    if (isKey) uniqueIndexes.set(name, 'key')
    else if (unique && index !== undefined) uniqueIndexes.set(name, index)
  }
  return {
    definition,
    own: false,
    casts: new Map(table.columns.map(({ name, cast }) => [name, cast])),
    uniqueIndexes,
    sequence: table.columns.find(({ name }) => name === generated?.name)?.sequence ?? undefined,
  }
}

async function readDefinitions(run: Run, schema: string): Promise<ReadonlyMap<string, TableDefinition>> {
  const definitions = new Map<string, TableDefinition>()
  const take = ([name, definition]: readonly (string | null)[]) => {
    try {
      definitions.set(name!, definitionFromJson(JSON.parse(definition!)))
    } catch {
      // Of a later version, or not written by Holdfast: the table is described as PostgreSQL sees it.
    }
  }
  const text = `SELECT name, definition FROM ${qualified(schema, definitionsTable)}`
  await run([{ text, prepared: true, onRow: take }])
  return definitions
}

/** Whether the real table is still what its definition says. */
function isAsDefined(real: RealTable, definition: TableDefinition): boolean {
  const { columns, primaryKey, indexes, name } = definition
  const has = (wanted: string, unique: boolean, names: readonly string[]) =>
    real.indexes.some(
      (index) =>
        index.name === wanted &&
        index.unique === unique &&
        index.whole &&
        index.columns.join() === names.join(),
    )
  return (
    real.columns.length === columns.length &&
    columns.every((column, position) => {
      const found = real.columns[position]!
      return (
        found.name === column.name && isDeclaredAs(found, column.type) && found.notNull === !column.nullable
      )
    }) &&
    has(keyName(name), true, primaryKey) &&
    indexes.every((index) => has(indexName(name, index.name), index.unique, index.columns))
  )
}

/** Creates a table as its design says; inside a transaction. */
export async function createTable(
  run: Run,
  schema: string,
  table: TableDefinition,
  { partitioning }: Partial<Design> = {},
): Promise<void> {
  if (partitioning !== undefined) checkKeys(table, partitioning)
  const names = await lockNames(run, schema, table.name)
  if (names.some((name) => !ownTables.includes(name))) {
    throw new HoldfastError('TABLE_EXISTS', `The table "${table.name}" exists already.`, {
      table: table.name,
    })
  }
  await run([
    ...createTableSql(schema, table, partitioning).map((text) => ({ text })),
    ...writeDefinition(schema, table),
    ...writePartitioning(schema, table.name, partitioning),
  ])
}

/** Drops a table; inside a transaction. */
export async function dropTable(run: Run, schema: string, name: string): Promise<void> {
  const names = await lockNames(run, schema, name)
  if (!names.includes(name)) throw unknownTable(name)
  const steps: Step[] = [{ text: `DROP TABLE ${qualified(schema, name)}` }]
  if (names.includes(partitioningsTable)) steps.push(forgetPartitioning(schema, name))
  if (names.includes(definitionsTable)) {
    steps.push({ text: `DELETE FROM ${qualified(schema, definitionsTable)} WHERE name = $1`, values: [name] })
  }
  await run(steps)
}

export async function createIndex(
  run: Run,
  schema: string,
  table: TableDefinition,
  index: IndexDefinition,
  partitioning?: Partitioning,
): Promise<void> {
  await lockSchema(run, schema)
  const changed = { ...table, indexes: [...table.indexes, index] }
  if (partitioning !== undefined) checkKeys(changed, partitioning)
  await run([{ text: createIndexSql(schema, table.name, index) }, ...writeDefinition(schema, changed)])
}

export async function dropIndex(
  run: Run,
  schema: string,
  table: TableDefinition,
  name: string,
): Promise<void> {
  await lockSchema(run, schema)
  const changed = { ...table, indexes: table.indexes.filter((index) => index.name !== name) }
  const drop = `DROP INDEX ${qualified(schema, indexName(table.name, name))}`
  await run([{ text: drop }, ...writeDefinition(schema, changed)])
}

export function unknownTable(name: string): HoldfastError {
  return new HoldfastError('UNKNOWN_TABLE', `The table "${name}" does not exist.`, { table: name })
}

/** Changes of one schema are made one after the other: two that create the same would else fail with odd errors. */
export async function lockSchema(run: Run, schema: string): Promise<void> {
  await run([lockStep(schema)])
}

function lockStep(schema: string): Step {
  return { text: "SELECT pg_advisory_xact_lock(hashtextextended('holdfast ' || $1, 0))", values: [schema] }
}

/** Where Holdfast keeps what it knows of tables. */
const ownTables: readonly string[] = [definitionsTable, partitioningsTable]

/**
 * Keeps others from changing the schema, and tells which of our own tables it has, and whatever takes the name of a table, be
 * it in another case.
 */
async function lockNames(run: Run, schema: string, table: string): Promise<readonly string[]> {
  const text = `SELECT c.relname FROM pg_class c JOIN pg_namespace s ON s.oid = c.relnamespace
    WHERE s.nspname = $1 AND lower(c.relname COLLATE "C") = ANY (lower($2 COLLATE "C") || $3::text[])`
  const names: string[] = []
  const values = [schema, table, `{${ownTables.join()}}`]
  await run([lockStep(schema), { text, values, onRow: ([name]) => names.push(name!) }])
  return names
}

function writeDefinition(schema: string, table: TableDefinition) {
  const name = qualified(schema, definitionsTable)
  return [
    {
      text: `CREATE TABLE IF NOT EXISTS ${name} (${quote('name')} text PRIMARY KEY, definition json NOT NULL)`,
    },
    {
      text: `INSERT INTO ${name} (name, definition) VALUES ($1, $2::json) ON CONFLICT (name) DO UPDATE SET definition = excluded.definition`,
      values: [table.name, JSON.stringify(definitionToJson(table))],
    },
  ]
}

import { HoldfastError } from '@holdfast/core/backend'
import type { TableDefinition } from '@holdfast/core/backend'
import type { Run } from '../access.js'
import { createTable, lockSchema } from '../catalog/catalog.js'
import { physicalIndexName, qualified } from '../catalog/names.js'
import { quoteItem } from '../codec/encode-text.js'
import { dialectOf } from '../dialect.js'
import { installedExtensions } from '../extensions.js'
import type { Schema } from '../schema.js'
import { sqlStateOf } from '../wire/exchange-error.js'
import type { Writing } from '../writing.js'
import type { Design, IndexDesign, Partitioning } from './design.js'
import { createPhysicalIndexSql } from './index-sql.js'
import type { IndexTarget } from './index-sql.js'

/** Creates a table as its design says; inside a transaction. */
export async function createDesignedTable(run: Run, schema: Schema, table: TableDefinition): Promise<void> {
  const design = schema.designs.get(table.name)
  await createTable(run, schema.name, table, design)
  // A new table is read as every table of Holdfast's own.
  if (design !== undefined)
    await createIndexes(run, { schema: schema.name, table, dialect: dialectOf(schema.name) }, design.indexes)
}

/**
 * Creates the indexes that tables which are there lack by their designs. What is there under the name of an index is left
 * as it is.
 *
 * @throws HoldfastError `SCHEMA_MISMATCH` where a table is partitioned otherwise
 */
export async function completeTables(
  schema: Schema,
  access: { read: ReadRun },
  writing: Writing,
): Promise<void> {
  for (const design of schema.designs.values()) {
    const found = schema.find(design.definition.name)
    if (found === undefined) continue
    checkPartitioning(design, found.partitioning, found.partitionIndexes !== undefined)
    const missing = await access.read((run) => missingIndexes(run, schema.name, design))
    if (missing.length === 0) continue
    const target = { schema: schema.name, table: found.definition, dialect: schema.dialect }
    await writing.run({
      work: async (unit) => {
        const run: Run = (steps) => unit.run(steps)
        await lockSchema(run, schema.name)
        await createIndexes(run, target, missing)
      },
    })
  }
}

type ReadRun = <Result>(work: (run: Run) => Promise<Result>) => Promise<Result>

async function createIndexes(
  run: Run,
  target: Omit<IndexTarget, 'extensions'>,
  indexes: readonly IndexDesign[],
): Promise<void> {
  const needed = indexes.some(({ extension }) => extension !== undefined)
  const extensions = needed ? await installedExtensions(run) : new Map<string, never>()
  const homes = new Map([...extensions].map(([name, { schema }]) => [name, schema]))
  for (const index of indexes) {
    const text = createPhysicalIndexSql(index, { ...target, extensions: homes })
    try {
      await run([{ text }])
    } catch (error) {
      throw refusedIndex(index, target.table, error) ?? error
    }
  }
}

/** What PostgreSQL finds in the statement itself: an expression that it cannot make an index of. */
function refusedIndex({ name }: IndexDesign, table: TableDefinition, cause: unknown): Error | undefined {
  const state = sqlStateOf(cause) ?? ''
  // But not that there is no such table, or no right to change it.
  if (state !== '0A000' && (!state.startsWith('42') || state === '42P01' || state === '42501'))
    return undefined
  return new HoldfastError(
    'INVALID_ARGUMENT',
    `PostgreSQL cannot make the index "${name}" of the table "${table.name}" (${state}): its cause says why.`,
    { table: table.name, path: `indexes.${name}`, cause },
  )
}

async function missingIndexes(
  run: Run,
  schema: string,
  { definition, indexes }: Design,
): Promise<readonly IndexDesign[]> {
  const names = indexes.map(({ name }) => qualified(schema, physicalIndexName(definition.name, name)))
  const missing: IndexDesign[] = []
  await run([
    {
      text: 'SELECT place FROM unnest($1::text[]) WITH ORDINALITY AS i(name, place) WHERE to_regclass(name) IS NULL',
      values: [`{${names.map(quoteItem).join()}}`],
      onRow: ([place]) => missing.push(indexes[Number(place) - 1]!),
    },
  ])
  return missing
}

function checkPartitioning(
  { definition: { name }, partitioning }: Design,
  there: Partitioning | undefined,
  isPartitioned: boolean,
): void {
  if (partitioning === undefined) return
  // Of a table that another program has cut into parts nothing more is known.
  if (there === undefined ? isPartitioned : JSON.stringify(there) === JSON.stringify(partitioning)) return
  throw new HoldfastError(
    'SCHEMA_MISMATCH',
    `The table "${name}" is there ${there === undefined ? 'without partitions' : 'with other partitions'}: the option "partitionBy" is for tables that are yet to be made. Leave it as it was, or copy the rows to a new table.`,
    { table: name, path: 'partitionBy' },
  )
}

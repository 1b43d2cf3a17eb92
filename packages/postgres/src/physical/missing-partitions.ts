import { HoldfastError } from '@holdfast/core/backend'
import type { Change, InsertChange, StoredValue, TableDefinition } from '@holdfast/core/backend'
import type { Run } from '../access.js'
import { partitionName, qualified } from '../catalog/names.js'
import type { CatalogTable } from '../catalog/catalog.js'
import { quoteItem } from '../codec/encode-text.js'
import { constraintOf, sqlStateOf } from '../wire/exchange-error.js'
import type { Partitioning } from './design.js'
import { rangePartitionSql } from './partition-sql.js'
import { rangeOf, rangesFollowing } from './ranges.js'
import type { Range } from './ranges.js'

/** Parts that one write makes at most: more are a mistake in the width of the ranges. */
const mostAtOnce = 1000

/** Whether there is no part for a row. It is told as a violated constraint that has no name. */
export function lacksPartition(error: unknown): boolean {
  return sqlStateOf(error) === '23514' && constraintOf(error) === undefined
}

/**
 * Makes the parts that rows to be inserted need and that are not there.
 *
 * @param find what is known of a table
 * @returns whether any of the tables is one whose parts are made so
 */
export async function makeMissingPartitions(
  changes: readonly Change[],
  schema: string,
  find: (table: TableDefinition) => CatalogTable | undefined,
  run: Run,
): Promise<boolean> {
  let made = false
  for (const change of changes) {
    if (change.kind !== 'insert') continue
    const found = find(change.table)
    if (found?.partitioning?.kind !== 'range') continue
    made = true
    await makePartitions(schema, change.table, await rangesOf(change, found, found.partitioning, run), run)
  }
  return made
}

type RangePartitioning = Extract<Partitioning, { kind: 'range' }>

async function rangesOf(
  { table, rows }: InsertChange,
  { sequence }: CatalogTable,
  { column, every }: RangePartitioning,
  run: Run,
): Promise<readonly Range[]> {
  const definition = table.columns.find(({ name }) => name === column)!
  const values = new Set<StoredValue>()
  let lacking = 0
  for (const row of rows) {
    const value = row[column]
    if (value == null) lacking++
    else values.add(value)
  }
  const ranges = new Map<string, Range>()
  for (const value of values) {
    const range = rangeOf(definition, every, value)
    ranges.set(range.label, range)
    if (ranges.size > mostAtOnce) break
  }
  if (lacking > 0 && sequence !== undefined) {
    let last = 0n
    await run([{ text: `SELECT last_value FROM ${sequence}`, onRow: ([value]) => (last = BigInt(value!)) }])
    // Others draw keys meanwhile: then there is another round.
    for (const range of rangesFollowing(last - 1n, lacking + 1, every)) ranges.set(range.label, range)
  }
  if (ranges.size <= mostAtOnce) return [...ranges.values()]
  throw new HoldfastError(
    'LIMIT_EXCEEDED',
    `The rows fall into more than ${mostAtOnce} partitions of the table "${table.name}". Insert fewer at a time, or partition by wider ranges.`,
    { table: table.name },
  )
}

/** One after the other: the lock is the one that attaching takes, and keeps neither readers nor writers out. */
async function makePartitions(
  schema: string,
  table: TableDefinition,
  ranges: readonly Range[],
  run: Run,
): Promise<void> {
  await run([{ text: `LOCK TABLE ${qualified(schema, table.name)} IN SHARE UPDATE EXCLUSIVE MODE` }])
  const names = ranges.map(({ label }) => qualified(schema, partitionName(table.name, label)))
  const missing: Range[] = []
  await run([
    {
      // Sees also what was committed after the snapshot of this transaction.
      text: 'SELECT place FROM unnest($1::text[]) WITH ORDINALITY AS part(name, place) WHERE to_regclass(name) IS NULL',
      values: [`{${names.map(quoteItem).join()}}`],
      onRow: ([place]) => missing.push(ranges[Number(place) - 1]!),
    },
  ])
  try {
    for (const range of missing)
      await run(rangePartitionSql(schema, table.name, range).map((text) => ({ text })))
  } catch (error) {
    throw sqlStateOf(error) === '42P17' ? overlap(table, error) : error
  }
}

function overlap({ name }: TableDefinition, cause: unknown): HoldfastError {
  return new HoldfastError(
    'SCHEMA_MISMATCH',
    `A partition of the table "${name}" covers a part of the range that a row needs one for. Add the missing partitions by hand, or remove the one that does not fit.`,
    { table: name, cause },
  )
}

/** There still is no part for a row. */
export function noPartition({ name }: TableDefinition, cause: unknown): HoldfastError {
  return new HoldfastError(
    'SCHEMA_MISMATCH',
    `The table "${name}" has no partition for a row. Create it, or attach it again if it was detached.`,
    { table: name, cause },
  )
}

import { applyChanges } from '@holdfast/core/backend'
import type {
  AppliedTable,
  Changes,
  Key,
  StoredRow,
  TableDefinition,
  WriteResult,
  WriterQueue,
} from '@holdfast/core/backend'
import { quoteIdentifier as quote } from '@holdfast/sql'
import type { Connection } from '../connection.js'
import { layoutOf } from '../layout.js'
import type { Queries } from '../queries.js'
import type { Schema } from '../schema.js'
import type { GeneratedKeys } from './generated-keys.js'
import { insertRows } from './insert.js'
import { ConnectionStore } from './store.js'

/** What every write of a database needs. */
export interface WriteContext {
  readonly queries: Queries
  readonly keys: GeneratedKeys
  readonly schema: Schema
  readonly writers: WriterQueue
  /** To be called when something was written. */
  readonly protect: () => void
}

export interface Applied {
  readonly result: WriteResult
  readonly tables: readonly AppliedTable[]
}

/**
 * Applies changes inside a transaction. What they refuse is found before anything is changed, for an error of DuckDB's own
 * would end the transaction.
 */
export async function applyInTransaction(
  connection: Connection,
  changes: Changes,
  context: WriteContext,
): Promise<Applied> {
  const store = new ConnectionStore(connection, context.queries, context.keys)
  await store.prefetch(changes)
  const { result, tables } = await applyChanges(changes, store)
  for (const applied of tables) {
    const { table, lastKey } = applied
    if (lastKey !== undefined) context.keys.raise(table, lastKey)
    await context.queries.changing(table, () => applyTable(connection, applied, context))
  }
  return { result, tables }
}

/** Puts rows in place by deleting and inserting them: all of them at once, however they change. */
async function applyTable(
  connection: Connection,
  { table, puts, deletes }: AppliedTable,
  context: WriteContext,
): Promise<void> {
  const replaced = puts.filter(({ before }) => before !== undefined)
  await deleteByKeys(
    connection,
    table,
    [...deletes, ...replaced].map(({ key }) => key),
  )
  await insertRows(
    connection,
    table,
    puts.map(({ row }) => row),
    context.queries,
  )
  if (deletes.length > 0) await rememberKeys(connection, table, context.keys)
}

/** Undoes applied changes, the last of them first. */
export async function undo(
  connection: Connection,
  applied: readonly AppliedTable[],
  context: WriteContext,
): Promise<void> {
  for (const { table, puts, deletes } of applied.toReversed()) {
    const before = [...puts, ...deletes].flatMap((change): readonly StoredRow[] =>
      change.before ? [change.before] : [],
    )
    await deleteByKeys(
      connection,
      table,
      puts.map(({ key }) => key),
    )
    await insertRows(connection, table, before, context.queries)
  }
}

export async function rememberKeys(
  connection: Connection,
  table: TableDefinition,
  keys: GeneratedKeys,
): Promise<void> {
  if (layoutOf(table).generated !== undefined) await keys.remember(connection, table)
}

/** Deletes rows; returns how many there were. */
export async function deleteByKeys(
  connection: Connection,
  table: TableDefinition,
  keys: readonly Key[],
): Promise<number> {
  const [first, second] = keys
  if (first === undefined) return 0
  const layout = layoutOf(table)
  const from = `DELETE FROM ${quote(table.name)} WHERE`
  if (second === undefined) {
    return connection.change({ sql: `${from} ${layout.keyCondition(1)}`, bindings: layout.bindKey(first) })
  }
  const lists = table.primaryKey.map((_, index) => keys.map((key) => key[index]!))
  return connection.change({ sql: `${from} ${layout.keysCondition}`, bindings: layout.bindLists(lists) })
}

import { versionMismatch } from '@holdfast/core/backend'
import type {
  Changes,
  ColumnDefinition,
  DeleteChange,
  InsertChange,
  PatchChange,
  StoredRow,
  StoredValue,
  TableDefinition,
  WriteResult,
} from '@holdfast/core/backend'
import { quoteIdentifier as quote } from '@holdfast/sql'
import type { Binding } from '../codec/bindings.js'
import type { Connection } from '../connection.js'
import { toHoldfastError } from '../errors.js'
import { layoutOf, placeholder } from '../layout.js'
import type { TableLayout } from '../layout.js'
import { deleteByKeys, rememberKeys } from './apply.js'
import type { WriteContext } from './apply.js'
import { insertCommand, insertRows, isFew } from './insert.js'

/**
 * Makes the commonest changes of our own tables, outside of a transaction, without looking first at what is there. Undefined where that is not
 * possible, or where DuckDB refused the change: `applyInTransaction` then makes it, or finds out what is wrong.
 */
export async function changeDirectly(
  connection: Connection,
  { changes, signal }: Changes,
  context: WriteContext,
): Promise<WriteResult | undefined> {
  const [change, second] = changes
  if (change === undefined || second !== undefined || !context.queries.isOwn(change.table)) return undefined
  try {
    switch (change.kind) {
      case 'insert':
        return await insertDirectly(connection, change, context, signal)
      case 'patch':
        return await patchDirectly(connection, change)
      case 'delete':
        return await deleteDirectly(connection, change, context)
    }
  } catch (error) {
    const failure = toHoldfastError(error, { table: change.table.name })
    if (failure.code === 'CONFLICT') return undefined
    throw failure
  }
}

async function insertDirectly(
  connection: Connection,
  { table, rows, onConflict }: InsertChange,
  context: WriteContext,
  signal: AbortSignal | undefined,
): Promise<WriteResult | undefined> {
  if (onConflict !== 'error') return undefined
  const { generated } = layoutOf(table)
  if (generated === undefined) {
    await insertAll(connection, table, rows, context, signal)
    return { counts: [rows.length] }
  }
  if (rows.some((row) => row[generated.name] != null)) return undefined
  const keys = await takeKeys(connection, table, rows.length, context)
  if (keys === undefined) return undefined
  const keyed = rows.map((row, index) => ({ ...row, [generated.name]: keys[index]! }))
  await insertAll(connection, table, keyed, context, signal)
  return { counts: [rows.length], generated: [keys] }
}

async function insertAll(
  connection: Connection,
  table: TableDefinition,
  rows: readonly StoredRow[],
  { queries }: WriteContext,
  signal: AbortSignal | undefined,
): Promise<void> {
  if (isFew(rows)) {
    if (rows.length > 0) await connection.run(insertCommand(table, rows))
    return
  }
  await connection.begin('BEGIN TRANSACTION')
  try {
    await insertRows(connection, table, rows, queries, signal)
    await connection.end('COMMIT')
  } catch (error) {
    await connection.end('ROLLBACK').catch(() => undefined)
    throw error
  }
}

/** The next generated keys; undefined if there are not so many left. */
async function takeKeys(
  connection: Connection,
  table: TableDefinition,
  count: number,
  { keys }: WriteContext,
): Promise<StoredValue[] | undefined> {
  const wide = layoutOf(table).generated!.type.name === 'bigint'
  const last = BigInt((await keys.last(connection, table)) ?? 0)
  const first = (last < 0n ? 0n : last) + 1n
  const end = first + BigInt(count) - 1n
  if (end > (wide ? 2n ** 63n - 1n : BigInt(Number.MAX_SAFE_INTEGER))) return undefined
  const taken = Array.from({ length: count }, (_, index) =>
    wide ? first + BigInt(index) : Number(first) + index,
  )
  if (count > 0) keys.raise(table, taken.at(-1)!)
  return taken
}

async function patchDirectly(
  connection: Connection,
  { table, patches }: PatchChange,
): Promise<WriteResult | undefined> {
  const [patch, second] = patches
  if (patch === undefined || second !== undefined) return undefined
  const { key, set, version } = patch
  const layout = layoutOf(table)
  const names = Object.keys(set)
  const unique = table.indexes.some((index) => index.unique && index.columns.some((name) => name in set))
  if (unique || names.length === 0) return undefined
  if (version !== undefined && layout.version === undefined) throw versionMismatch(table, key)

  const bindings = names.map((name) => layout.encoder(name)(set[name]!) as Binding)
  bindings.push(...layout.bindKey(key))
  if (version !== undefined) bindings.push(layout.encoder(layout.version!.name)(version) as Binding)
  const form = { names, compares: version !== undefined }
  const sql = layout.statement(`patch ${JSON.stringify(form)}`, () => patchSql(layout, form))
  const count = await connection.change({ sql, bindings })
  if (count === 0 && version !== undefined) throw versionMismatch(table, key)
  return { counts: [count] }
}

interface PatchForm {
  /** The columns that are set. */
  readonly names: readonly string[]
  /** Whether the row must have a certain version. */
  readonly compares: boolean
}

/** Its parameters are the values, the key, and the version. */
function patchSql(layout: TableLayout, { names, compares }: PatchForm): string {
  const { table, keys, version } = layout
  const place = (column: ColumnDefinition, index: number) =>
    `${quote(column.name)} = ${placeholder(index + 1, column)}`
  const assignments = names.map((name, index) => place(layout.column(name), index))
  if (version !== undefined) assignments.push(`${quote(version.name)} = ${quote(version.name)} + 1`)
  const conditions = [layout.keyCondition(names.length + 1)]
  if (compares) conditions.push(place(version!, names.length + keys.length))
  return `UPDATE ${quote(table.name)} SET ${assignments.join(', ')} WHERE ${conditions.join(' AND ')}`
}

async function deleteDirectly(
  connection: Connection,
  { table, keys }: DeleteChange,
  context: WriteContext,
): Promise<WriteResult | undefined> {
  if (keys.some(({ version }) => version !== undefined)) return undefined
  // Written down too early it does no harm.
  await rememberKeys(connection, table, context.keys)
  return {
    counts: [
      await deleteByKeys(
        connection,
        table,
        keys.map(({ key }) => key),
      ),
    ],
  }
}

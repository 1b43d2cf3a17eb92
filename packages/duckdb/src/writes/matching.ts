import type {
  Changes,
  DeleteWhere,
  Expression,
  Key,
  NamedExpression,
  Parameters,
  Relation,
  StoredRow,
  TableDefinition,
  UpdateWhere,
  WriteResult,
} from '@holdfast/core/backend'
import { bindSlots, compileDelete, compileUpdate, taken } from '@holdfast/sql'
import type { Statement } from '@holdfast/sql'
import type { Connection } from '../connection.js'
import type { Binding } from '../codec/bindings.js'
import { prepareQuery } from '../prepared.js'
import { rememberKeys } from './apply.js'
import type { WriteContext } from './apply.js'

/** Applies changes whose every row must be known. */
export type Applier = (connection: Connection, changes: Changes) => Promise<WriteResult>

/**
 * Whether matching rows are updated by one statement: not where unique values may move from row to row, which DuckDB refuses
 * when they meet on the way.
 */
export function updatesAtOnce({ table, set }: UpdateWhere): boolean {
  const changed = new Set(set.map(({ name }) => name))
  return !table.indexes.some((index) => index.unique && index.columns.some((name) => changed.has(name)))
}

/** Updates the rows that match by one statement. */
export async function updateAtOnce(
  connection: Connection,
  request: UpdateWhere,
  parameters: Parameters,
  context: WriteContext,
): Promise<number> {
  const statement = taken(compileUpdate(request, context.queries.dialect))
  return runStatement(connection, statement, parameters, request.table, context)
}

/** Updates the rows that match, inside a transaction, by reading what they become. */
export async function updateOneByOne(
  connection: Connection,
  request: UpdateWhere,
  parameters: Parameters,
  context: WriteContext,
  apply: Applier,
): Promise<number> {
  const { table, set } = request
  const rows = await readMatching(connection, request, [...keyColumns(table), ...set], parameters, context)
  const patches = rows.map((row) => ({
    key: keyOf(table, row),
    set: Object.fromEntries(set.map(({ name }) => [name, row[name]!])),
  }))
  return applied(connection, { changes: [{ kind: 'patch', table, patches }] }, apply)
}

/** Deletes the rows that match by one statement. */
export async function deleteAtOnce(
  connection: Connection,
  request: DeleteWhere,
  parameters: Parameters,
  context: WriteContext,
): Promise<number> {
  const { table } = request
  // Written down too early it does no harm.
  await rememberKeys(connection, table, context.keys)
  const statement = taken(compileDelete(request, context.queries.dialect))
  return runStatement(connection, statement, parameters, table, context)
}

/** Deletes the rows that match, inside a transaction, by reading their keys. */
export async function deleteOneByOne(
  connection: Connection,
  request: DeleteWhere,
  parameters: Parameters,
  context: WriteContext,
  apply: Applier,
): Promise<number> {
  const { table } = request
  const rows = await readMatching(connection, request, keyColumns(table), parameters, context)
  const keys = rows.map((row) => ({ key: keyOf(table, row) }))
  return applied(connection, { changes: [{ kind: 'delete', table, keys }] }, apply)
}

async function applied(connection: Connection, changes: Changes, apply: Applier): Promise<number> {
  const { counts } = await apply(connection, changes)
  return counts[0] ?? 0
}

async function runStatement(
  connection: Connection,
  { sql, parameters: slots }: Statement,
  parameters: Parameters,
  table: TableDefinition,
  { queries }: WriteContext,
): Promise<number> {
  return queries.changing(
    table,
    () => connection.change({ sql, bindings: bindSlots<Binding>(slots, parameters) }),
    sql,
  )
}

function readMatching(
  connection: Connection,
  { table, condition }: { readonly table: TableDefinition; readonly condition?: Expression },
  columns: readonly NamedExpression[],
  parameters: Parameters,
  { queries }: WriteContext,
): Promise<StoredRow[]> {
  const scan: Relation = { node: 'scan', table, database: '' }
  const input: Relation = condition === undefined ? scan : { node: 'filter', input: scan, condition }
  const query = prepareQuery({ node: 'project', input, columns }, queries.dialect)
  return queries.all(connection, query, parameters)
}

function keyColumns({ primaryKey }: TableDefinition): readonly NamedExpression[] {
  return primaryKey.map((name) => ({ name, expression: { kind: 'column', name } }))
}

function keyOf({ primaryKey }: TableDefinition, row: StoredRow): Key {
  return primaryKey.map((name) => row[name]!)
}

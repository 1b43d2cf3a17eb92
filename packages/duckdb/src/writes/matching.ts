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
import { applyInTransaction, rememberKeys } from './apply.js'
import type { WriteContext } from './apply.js'

/** Applies changes whose every row must be known. */
export type Applier = (connection: Connection, changes: Changes) => Promise<WriteResult>

/**
 * Updates the rows that match, inside a transaction: by one statement, or, where unique values may move from row to row (which
 * DuckDB refuses when they meet on the way) or changes must be known, by reading what the rows become.
 */
export async function updateMatching(
  connection: Connection,
  request: UpdateWhere,
  parameters: Parameters,
  context: WriteContext,
  applier?: Applier,
): Promise<number> {
  const { table, set } = request
  const changed = new Set(set.map(({ name }) => name))
  const unique = table.indexes.some(
    (index) => index.unique && index.columns.some((name) => changed.has(name)),
  )
  if (!unique && applier === undefined) {
    // A key column, set to what it is, makes DuckDB notice transactions that change the same rows: see `touchKey`.
    const touched = { ...request, set: [...set, keyColumns(table)[0]!] }
    return runStatement(
      connection,
      taken(compileUpdate(touched, context.queries.dialect)),
      parameters,
      table,
      context,
    )
  }
  const rows = await readMatching(connection, request, [...keyColumns(table), ...set], parameters, context)
  const patches = rows.map((row) => ({
    key: keyOf(table, row),
    set: Object.fromEntries(set.map(({ name }) => [name, row[name]!])),
  }))
  return applied(connection, { changes: [{ kind: 'patch', table, patches }] }, context, applier)
}

/** Deletes the rows that match, inside a transaction. */
export async function deleteMatching(
  connection: Connection,
  request: DeleteWhere,
  parameters: Parameters,
  context: WriteContext,
  applier?: Applier,
): Promise<number> {
  const { table } = request
  if (applier === undefined) {
    await rememberKeys(connection, table, context.keys)
    return runStatement(
      connection,
      taken(compileDelete(request, context.queries.dialect)),
      parameters,
      table,
      context,
    )
  }
  const rows = await readMatching(connection, request, keyColumns(table), parameters, context)
  const keys = rows.map((row) => ({ key: keyOf(table, row) }))
  return applied(connection, { changes: [{ kind: 'delete', table, keys }] }, context, applier)
}

async function applied(
  connection: Connection,
  changes: Changes,
  context: WriteContext,
  applier: Applier | undefined,
): Promise<number> {
  const { counts } =
    applier === undefined
      ? (await applyInTransaction(connection, changes, context)).result
      : await applier(connection, changes)
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

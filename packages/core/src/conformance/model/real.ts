import type { Verbs } from '../../database/database-types.js'
import { ownRelation } from '../../database/read-relation.js'
import { ColumnExpression } from '../../expression/builder.js'
import { typeOfExpression } from '../../expression/type-of.js'
import type { Expression } from '../../expression/types.js'
import { columnsOfTable } from '../../relation/columns-of.js'
import type { NamedExpression, Relation } from '../../relation/types.js'
import { toUser } from '../../schema/values.js'
import type { Key, StoredRow, TableDefinition } from '../../schema/types.js'
import { userRow } from '../user-row.js'
import { databaseName } from '../generate/query-case.js'
import { handleOf } from '../untyped.js'
import type { AnyHandle, AnyQuery } from '../untyped.js'
import type { Operation } from './operations.js'

/** The operations that are single calls. */
export type Call = Exclude<Operation, { readonly kind: 'transaction' | 'reopen' }>

/** Carries out one call through the public API. */
export function callReal(verbs: Verbs, definition: TableDefinition, operation: Call): Promise<unknown> {
  const table = handleOf(verbs, definition)
  switch (operation.kind) {
    case 'insert':
      return table.insert(rowsOf(definition, operation.rows), { onConflict: operation.onConflict })
    case 'put':
      return table.put(rowsOf(definition, operation.rows))
    case 'patch':
      return table.patch(
        userKey(definition, operation.key),
        userRow(definition, operation.set),
        expected(operation),
      )
    case 'patchMany':
      return table.patchMany(
        operation.patches.map((patch) => ({
          key: userKey(definition, patch.key),
          set: userRow(definition, patch.set),
          ...expected(patch),
        })),
      )
    case 'delete':
      return table.delete(userKey(definition, operation.key), expected(operation))
    case 'deleteMany':
      return table.deleteMany(operation.keys.map((key) => userKey(definition, key)))
    case 'clear':
      return table.clear()
    case 'update':
      return matching(verbs, definition, operation.condition).update(assignments(definition, operation.set))
    case 'deleteWhere':
      return matching(verbs, definition, operation.condition).delete()
    case 'where':
      return matching(verbs, definition, operation.condition).all()
    case 'read':
      return readKeys(
        table,
        operation.keys.map((key) => userKey(definition, key)),
      )
  }
}

/** All rows in key order. */
export function allRows(verbs: Verbs, definition: TableDefinition): Promise<Record<string, unknown>[]> {
  return handleOf(verbs, definition).all()
}

async function readKeys(table: AnyHandle, keys: readonly unknown[]): Promise<unknown> {
  const many = await table.getMany(keys)
  const single = []
  for (const key of keys) single.push([await table.get(key), await table.has(key)])
  return { many, single }
}

/** A key as its user gives it: the value, or an object of the key's columns. */
export function userKey(definition: TableDefinition, key: Key): unknown {
  const values = definition.primaryKey.map((name, index) => {
    const column = definition.columns.find((candidate) => candidate.name === name)
    return [name, column === undefined ? undefined : toUser(column.type, key[index] ?? null)] as const
  })
  return values.length === 1 ? values[0]?.[1] : Object.fromEntries(values)
}

/** The query of the rows for which a condition is true: built like one of a handle, so that its plan is met again. */
export function matching(verbs: Verbs, definition: TableDefinition, condition: Expression): AnyQuery {
  const scan: Relation = { node: 'scan', table: definition, database: databaseName }
  return verbs.query(ownRelation({ node: 'filter', input: scan, condition }))
}

/** Named expressions as `update` takes them. */
export function assignments(
  definition: TableDefinition,
  set: readonly NamedExpression[],
): Record<string, ColumnExpression> {
  const columns = columnsOfTable(definition)
  return Object.fromEntries(
    set.map(({ name, expression }) => [
      name,
      new ColumnExpression({ expression, columnType: typeOfExpression(expression, columns) }),
    ]),
  )
}

function rowsOf(definition: TableDefinition, rows: readonly StoredRow[]): Record<string, unknown>[] {
  return rows.map((row) => userRow(definition, row))
}

function expected({ version }: { readonly version?: number }): { readonly version?: number } {
  return version === undefined ? {} : { version }
}

import type { Parameters } from '../backend/types.js'
import type { Expression } from '../expression/types.js'
import { tupleIdentity } from '../schema/compare.js'
import { sameType } from '../schema/logical-type.js'
import type { ColumnDefinition, Key, StoredValue, TableDefinition } from '../schema/types.js'

/**
 * Which keys the rows can have that fulfil all conditions, where these give a value or a list of them for every column of
 * the primary key; and the conditions that are left to check.
 */
export function keysOf(
  table: TableDefinition,
  conditions: readonly Expression[],
): { readonly keys: readonly Expression[]; readonly rest: readonly Expression[] } | undefined {
  if (table.primaryKey.length === 0) return undefined
  const used = new Set<Expression>()
  const keys: Expression[] = []
  for (const name of table.primaryKey) {
    const column = table.columns.find((candidate) => candidate.name === name)!
    const condition = conditions.find((candidate) => valuesFor(column, candidate) !== undefined)
    if (condition === undefined) return undefined
    used.add(condition)
    keys.push(valuesFor(column, condition)!)
  }
  return { keys, rest: conditions.filter((condition) => !used.has(condition)) }
}

/** The constant, or list of constants of the column's own type, that a condition says the column must equal. */
function valuesFor({ name, type }: ColumnDefinition, condition: Expression): Expression | undefined {
  if (condition.kind !== 'call') return undefined
  const [left, right] = condition.arguments
  const value =
    condition.function === 'in'
      ? constantBeside(name, left, right)
      : condition.function === 'equal'
        ? (constantBeside(name, left, right) ?? constantBeside(name, right, left))
        : undefined
  return value !== undefined && sameType(value.type, type) ? value : undefined
}

function constantBeside(name: string, column: Expression | undefined, value: Expression | undefined) {
  if (column?.kind !== 'column' || column.name !== name || value === undefined) return undefined
  return value.kind === 'column' || value.kind === 'call' ? undefined : value
}

/** All different keys that `keys` allow, once the parameters are known. */
export function keyList(table: TableDefinition, keys: readonly Expression[], parameters: Parameters): Key[] {
  const all = keys.reduce<Key[]>(
    (found, key) => found.flatMap((start) => valuesOf(key, parameters).map((value) => [...start, value])),
    [[]],
  )
  const identityOf = tupleIdentity(
    table.primaryKey.map((name) => table.columns.find((column) => column.name === name)!.type),
  )
  return [...new Map(all.map((key) => [identityOf(key), key])).values()]
}

function valuesOf(key: Expression, parameters: Parameters): readonly StoredValue[] {
  switch (key.kind) {
    case 'parameter': {
      const value = parameters[key.index]!
      return Array.isArray(value) ? (value as readonly StoredValue[]) : [value as StoredValue]
    }
    case 'literal':
      return [key.value]
    case 'list':
      return key.values
    default:
      return []
  }
}

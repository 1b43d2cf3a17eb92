import type { Call, Expression, FunctionName } from '../expression/index.js'
import { columnsOf } from '../relation/index.js'
import type { Relation, SortTerm } from '../relation/index.js'
import type { Keyset } from '../plan/index.js'
import type { ColumnType, StoredValue } from '../schema/types.js'
import { HoldfastError } from '../backend/errors.js'
import { columnNamed } from './query-state.js'

/** A column of the order of a page. */
interface OrderColumn {
  readonly name: string
  readonly type: ColumnType
  readonly term: SortTerm
}

/** The columns that a total order compares. */
export function orderColumns({ relation, terms }: Keyset): readonly OrderColumn[] {
  const columns = columnsOf(relation)
  return terms.map((term) => {
    const name = term.expression.kind === 'column' ? term.expression.name : undefined
    const type = name === undefined ? undefined : columns.get(name)
    if (name === undefined || type === undefined)
      throw new HoldfastError('INTERNAL', 'A keyset is not over columns.')
    if (type.type.name === 'json') throw notComparable(name)
    return { name, type, term }
  })
}

/** What two orders have in common exactly when a place in one is a place in the other: the tables, and the terms with their types. */
export function describeOrder(columns: readonly OrderColumn[], relation: Relation): string {
  const terms = columns.map(({ name, type, term }) => [name, type.type, term.direction, term.nulls])
  return JSON.stringify([tablesOf(relation), terms])
}

function tablesOf(relation: Relation): string[] {
  if (relation.node === 'scan') return [relation.table.name]
  if (relation.node === 'join') return [...tablesOf(relation.left), ...tablesOf(relation.right)]
  return tablesOf(relation.input)
}

/** The condition of the rows that come after these values in the order; undefined when none can. */
export function afterCondition(
  columns: readonly OrderColumn[],
  values: readonly StoredValue[],
): Expression | undefined {
  const alternatives = columns.flatMap((column, index) => {
    const beyond = isBeyond(column, values[index]!)
    if (beyond === undefined) return []
    const ties = columns.slice(0, index).map((earlier, place) => isTie(earlier, values[place]!))
    return [junction('and', [...ties, beyond])]
  })
  if (alternatives.length === 0) return undefined
  const after = junction('or', alternatives)
  const reach = columns.length > 1 ? reachOf(columns[0]!, values[0]!) : undefined
  return reach === undefined ? after : junction('and', [reach, after])
}

/** Rows whose value lies beyond this one, nulls where they are sorted. */
function isBeyond({ name, type, term }: OrderColumn, value: StoredValue): Expression | undefined {
  const column = columnNamed(name)
  if (value === null) return term.nulls === 'first' ? call('not', [call('isNull', [column])]) : undefined
  const further = call(term.direction === 'ascending' ? 'greaterThan' : 'lessThan', [
    column,
    literal(type, value),
  ])
  return type.nullable && term.nulls === 'last' ? call('or', [further, call('isNull', [column])]) : further
}

function isTie({ name, type }: OrderColumn, value: StoredValue): Expression {
  const column = columnNamed(name)
  return value === null ? call('isNull', [column]) : call('equal', [column, literal(type, value)])
}

/** Says again, as a plain range, what the whole condition implies of the first column: engines look ranges up in an index. */
function reachOf({ name, type, term }: OrderColumn, value: StoredValue): Expression | undefined {
  if (type.nullable || value === null) return undefined
  const compare = term.direction === 'ascending' ? 'greaterOrEqual' : 'lessOrEqual'
  return call(compare, [columnNamed(name), literal(type, value)])
}

function junction(name: 'and' | 'or', parts: readonly Expression[]): Expression {
  return parts.length === 1 ? parts[0]! : call(name, parts)
}

function call(name: FunctionName, parts: readonly Expression[]): Call {
  return { kind: 'call', function: name, arguments: parts }
}

function literal({ type }: ColumnType, value: StoredValue): Expression {
  return { kind: 'literal', type, value }
}

/** JSON-2: there is no "after" between documents, though there is an order. */
function notComparable(column: string): HoldfastError {
  return new HoldfastError(
    'TYPE_MISMATCH',
    `The order of this query needs the json column "${column}", which cannot be compared: page over rows that have a key, or leave it out.`,
    { column },
  )
}

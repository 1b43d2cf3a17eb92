import type { Parameters } from '../backend/types.js'
import { compileRowExpression } from '../expression/compile.js'
import { typeOfExpression } from '../expression/type-of.js'
import type { RelationColumns, SortTerm } from '../relation/types.js'
import { comparatorOf } from '../schema/compare.js'
import type { Comparator } from '../schema/compare.js'
import type { StoredRow, StoredValue } from '../schema/types.js'

/** A row with the values of the sort terms, worked out once. */
export interface OrderedRow {
  readonly row: StoredRow
  readonly keys: readonly StoredValue[]
  /** Where the row was in the input: keeps the order of rows that the terms do not tell apart. */
  readonly position: number
}

export interface RowOrder {
  readonly entry: (row: StoredRow, position: number, parameters: Parameters) => OrderedRow
  /** By the terms alone. */
  readonly compare: Comparator<OrderedRow>
  /** By the terms, then by position: never 0 for different rows. */
  readonly compareStably: Comparator<OrderedRow>
}

/** The order that sort terms state (NULL-1, ORDER-1). */
export function compileOrder(terms: readonly SortTerm[], columns: RelationColumns): RowOrder {
  const evaluate = terms.map(({ expression }) => compileRowExpression(expression, columns))
  const comparators = terms.map((term) => termComparator(term, columns))
  const compare: Comparator<OrderedRow> = (left, right) => {
    for (let index = 0; index < comparators.length; index++) {
      const order = comparators[index]!(left.keys[index]!, right.keys[index]!)
      if (order !== 0) return order
    }
    return 0
  }
  return {
    entry: (row, position, parameters) => ({
      row,
      keys: evaluate.map((term) => term(row, parameters)),
      position,
    }),
    compare,
    compareStably: (left, right) => compare(left, right) || left.position - right.position,
  }
}

function termComparator(
  { expression, direction, nulls }: SortTerm,
  columns: RelationColumns,
): Comparator<StoredValue> {
  const compare = comparatorOf(typeOfExpression(expression, columns).type)
  const sign = direction === 'ascending' ? 1 : -1
  const nullFirst = nulls === 'first' ? -1 : 1
  return (left, right) => {
    if (left === null) return right === null ? 0 : nullFirst
    if (right === null) return -nullFirst
    return sign * compare(left, right)
  }
}

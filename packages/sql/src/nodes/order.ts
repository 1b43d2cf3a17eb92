import type { SortTerm } from '@holdfast/core/backend'
import type { OrderTerm } from '../block.js'
import { compileExpression } from '../expression.js'
import type { Scope } from '../expression.js'
import { join, raw, sql } from '../fragment.js'
import type { Fragment } from '../fragment.js'

export function compileOrder(terms: readonly SortTerm[], scope: Scope): readonly OrderTerm[] {
  return terms.map(({ expression, direction, nulls }) => {
    const scalar = compileExpression(expression, scope)
    // Not written for what is never null, so that an index can give the order.
    return scalar.nullable ? { sql: scalar.sql, direction, nulls } : { sql: scalar.sql, direction }
  })
}

/** The same order backwards. */
export function reversed(terms: readonly SortTerm[]): readonly SortTerm[] {
  return terms.map(({ expression, direction, nulls }) => ({
    expression,
    direction: direction === 'ascending' ? 'descending' : 'ascending',
    nulls: nulls === 'first' ? 'last' : 'first',
  }))
}

const directions = { ascending: raw(''), descending: raw(' DESC') }
const placesOfNulls = { first: raw(' NULLS FIRST'), last: raw(' NULLS LAST') }

/** What follows `order by`. */
export function orderText(terms: readonly OrderTerm[]): Fragment {
  const texts = terms.map((term) => {
    const nulls = term.nulls === undefined ? raw('') : placesOfNulls[term.nulls]
    return sql`${term.sql}${directions[term.direction]}${nulls}`
  })
  return join(texts, ', ')
}

import type { SortTerm } from '../relation/types.js'
import { guarded } from './guard.js'
import { TypedExpression } from './node.js'
import { failure, refuseUnknown, within } from './path.js'

export interface NullsOption {
  /** Default: last, in both directions (NULL-1). */
  readonly nulls?: 'first' | 'last'
}

/** A term of an order, as `asc()` and `desc()` make it. */
export class OrderTerm {
  readonly #term: SortTerm

  /** @throws HoldfastError `INVALID_ARGUMENT` */
  constructor(expression: TypedExpression, direction: SortTerm['direction'], options: NullsOption = {}) {
    this.#term = Object.freeze({ expression: expression.expression, direction, nulls: nullsOf(options) })
  }

  /** The term as data. */
  get term(): SortTerm {
    return this.#term
  }

  static is(value: unknown): value is OrderTerm {
    return typeof value === 'object' && value !== null && #term in value
  }
}

/** An expression orders ascending, nulls last. */
export type OrderBy = OrderTerm | TypedExpression | readonly (OrderTerm | TypedExpression)[]

/**
 * The sort terms that the user states, one or an array of them.
 *
 * @throws HoldfastError `TYPE_MISMATCH`
 */
export function sortTermsOf(order: OrderBy, where = 'orderBy'): readonly SortTerm[] {
  const path = within(undefined, where)
  return guarded('TYPE_MISMATCH', where, path, () => {
    if (!Array.isArray(order)) return [sortTermOf(order, where)]
    return Array.from(order as readonly unknown[], (term, index) => sortTermOf(term, where, index))
  })
}

function sortTermOf(value: unknown, where: string, index?: number): SortTerm {
  if (OrderTerm.is(value)) return value.term
  if (TypedExpression.is(value)) return new OrderTerm(value, 'ascending').term
  throw failure(
    'TYPE_MISMATCH',
    `${where} takes expressions, such as row.name.desc()`,
    within(undefined, where, index),
  )
}

function nullsOf(options: NullsOption): 'first' | 'last' {
  const path = within(undefined, 'nulls')
  const nulls: unknown = guarded('INVALID_ARGUMENT', 'nulls', path, () => {
    if (Object(options) !== options) return undefined
    refuseUnknown('the order', options, ['nulls'])
    return options.nulls ?? 'last'
  })
  if (nulls === 'first' || nulls === 'last') return nulls
  throw failure('INVALID_ARGUMENT', `nulls come 'first' or 'last', as in desc({ nulls: 'first' })`, path)
}

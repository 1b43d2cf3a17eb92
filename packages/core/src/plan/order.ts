import { HoldfastError } from '../backend/errors.js'
import type { Relation, SortTerm } from '../relation/types.js'

/** The same answer with the order of ORDER-2 written out; see docs/semantics.md, Order. */
export function withTotalOrder(_relation: Relation): Relation {
  throw new HoldfastError('INTERNAL', 'not there yet')
}

/** A relation without its outermost sort and limit, and the total order of its rows over plain columns. For keyset pages. */
export interface Keyset {
  /** All columns of the original, then those that only the order needs, under names that start with `$`. */
  readonly relation: Relation
  /** Each expression is a column of `relation`. */
  readonly terms: readonly SortTerm[]
}

/** Splits a relation into rows and order, so that `limit(sort(filter(relation, after the last row), terms))` is a page (ORDER-4). */
export function keysetOf(_relation: Relation): Keyset {
  throw new HoldfastError('INTERNAL', 'not there yet')
}

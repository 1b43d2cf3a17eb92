import type { ColumnReference } from '../expression/types.js'
import type { Aggregate, Window } from './aggregates.js'

/** What a column is to hold that a query has still to put in place. */
export type Placeholder = { readonly aggregate: Aggregate } | { readonly window: Window }

const placeholders = new WeakMap<ColumnReference, Placeholder>()

/**
 * A reference to the column that will hold an aggregate or a window. Its name is none that a column can have, so that one
 * that is left where it cannot be is refused when the relation is checked.
 */
export function placeholder(content: Placeholder): ColumnReference {
  const name =
    'aggregate' in content ? `${content.aggregate.function}()` : `${content.window.function}().over()`
  const reference: ColumnReference = Object.freeze({ kind: 'column', name })
  placeholders.set(reference, content)
  return reference
}

/** What a reference stands for; undefined for one to a column that is there. */
export function placeholderOf(reference: ColumnReference): Placeholder | undefined {
  return placeholders.get(reference)
}

import type { Expression } from '../expression/types.js'
import { columnsOf } from '../relation/columns-of.js'
import type { NamedExpression, Relation, SortTerm } from '../relation/types.js'
import {
  columnReference,
  namedReference,
  rewriteTerms,
  sameExpression,
  sizeOf,
  substitute,
} from './expressions.js'
import type { Rewrite } from './expressions.js'

/**
 * A relation on its way to its normal form: the sort and the projection that are on top of it wait, so that a filter, a
 * further sort or a limit above them can go below. Expressions are over the columns of `base`.
 */
export interface Rows {
  readonly base: Relation
  /** The columns that the query sees; all of `base` where it is absent. */
  readonly visible?: readonly NamedExpression[] | undefined
  /** The sort terms asked for. Not completed by the identity yet. */
  readonly order: readonly SortTerm[]
  /** The columns that tell rows apart. Empty: there is one row at most, or all are alike. */
  readonly identity: readonly string[]
  /** Whether rows of equal identity cannot occur; else they are equal in all columns. */
  readonly unique: boolean
  /** Whether `base` is in total order already. */
  readonly sorted: boolean
}

/** Gives names that no column of the query has. */
export type HiddenNames = () => string

/**
 * The stated terms completed to a total order by the identity (ORDER-2). Terms that can decide nothing any more are left
 * out: those that are there already, and all after the identity is covered.
 */
export function totalOrder(terms: readonly SortTerm[], identity: readonly string[]): readonly SortTerm[] {
  const total: SortTerm[] = []
  const missing = new Set(identity)
  for (const term of terms) {
    if (missing.size === 0) return total
    if (total.some(({ expression }) => sameExpression(expression, term.expression))) continue
    total.push(term)
    if (term.expression.kind === 'column') missing.delete(term.expression.name)
  }
  return [...total, ...Array.from(missing, ascending)]
}

function ascending(name: string): SortTerm {
  return { expression: columnReference(name), direction: 'ascending', nulls: 'last' }
}

/** The base in total order. */
export function sorted(rows: Rows): Relation {
  const terms = totalOrder(rows.order, rows.identity)
  return terms.length === 0 ? rows.base : { node: 'sort', input: rows.base, terms }
}

/** The columns that the query sees, and no others. */
export function withoutHidden(base: Relation, visible: Rows['visible']): Relation {
  return visible === undefined || seesAll(base, visible)
    ? base
    : { node: 'project', input: base, columns: visible }
}

function seesAll(base: Relation, visible: readonly NamedExpression[]): boolean {
  const names = [...columnsOf(base).keys()]
  return (
    names.length === visible.length &&
    visible.every(({ name, expression }, index) => name === names[index] && readsColumn(expression, name))
  )
}

function readsColumn(expression: Expression, name: string): boolean {
  return expression.kind === 'column' && expression.name === name
}

/** The columns of the query, whether or not a projection waits. */
export function visibleColumns(rows: Rows): readonly NamedExpression[] {
  return rows.visible ?? Array.from(columnsOf(rows.base).keys(), namedReference)
}

/**
 * Puts the waiting projection into the tree, with hidden columns for what the order and the identity need and the query
 * does not see.
 */
export function projected(rows: Rows, hide: HiddenNames): Rows {
  const columns = [...visibleColumns(rows)]
  const seen = columns.length
  const nameOf = (expression: Expression): string => {
    const known = columns.find((column) => sameExpression(column.expression, expression))
    if (known !== undefined) return known.name
    const name = hide()
    columns.push({ name, expression })
    return name
  }
  const identity = rows.identity.map((name) => nameOf(columnReference(name)))
  const order = rewriteTerms(rows.order, (expression) => columnReference(nameOf(expression)))
  const visible =
    columns.length === seen ? undefined : columns.slice(0, seen).map(({ name }) => namedReference(name))
  return { ...rows, base: withoutHidden(rows.base, columns), visible, order, identity }
}

/** An expression that is as large as this after its columns are replaced by what they mean is better left alone. */
const largestMeaning = 64

/**
 * Lets expressions over the columns of the query be stated over the base: by putting what the columns mean in their
 * place or, where that would make them large, by putting the projection into the tree.
 */
export function overBase(
  rows: Rows,
  expressions: readonly Expression[],
  hide: HiddenNames,
): { readonly rows: Rows; readonly rewrite: Rewrite } {
  if (rows.visible === undefined) return { rows, rewrite: (expression) => expression }
  const sizes = new Map(rows.visible.map(({ name, expression }) => [name, sizeOf(expression)]))
  const large = expressions.some((expression) => {
    const size = sizeOf(expression, sizes)
    return size > largestMeaning && size > sizeOf(expression)
  })
  if (large) return { rows: projected(rows, hide), rewrite: (expression) => expression }
  const meanings = new Map(rows.visible.map(({ name, expression }) => [name, expression]))
  return { rows, rewrite: (expression) => substitute(expression, meanings) }
}

import type { Scalar } from './dialect.js'
import { reference, Source } from './fragment.js'
import type { Fragment } from './fragment.js'

/** One `select`, clause by clause. Immutable: each node of a relation makes a new one of its input's. */
export interface Block {
  readonly from: From
  readonly where: readonly Fragment[]
  /** Present, if only empty, when rows are grouped. */
  readonly groups?: readonly Fragment[]
  /** What the aggregates are written as: without groups, it is them that make one row of all. */
  readonly aggregates?: readonly Fragment[]
  readonly having: readonly Fragment[]
  /** Whether columns hold window functions. */
  readonly windowed: boolean
  readonly distinct: boolean
  readonly order: readonly OrderTerm[]
  readonly limit?: { readonly count?: Fragment; readonly offset?: Fragment }
  /** The output: in order, by name. */
  readonly columns: ReadonlyMap<string, Scalar>
}

export type From =
  | { readonly kind: 'table'; readonly source: Source }
  | { readonly kind: 'subquery'; readonly source: Source; readonly block: Block }
  | {
      readonly kind: 'join'
      readonly type: 'inner' | 'left'
      readonly left: From
      readonly right: From
      readonly on: Fragment
    }

export interface OrderTerm {
  readonly sql: Fragment
  readonly direction: 'ascending' | 'descending'
  /** Absent where the term is never null. */
  readonly nulls?: 'first' | 'last'
}

/** A block that only reads. */
export function reading(from: From, columns: Block['columns']): Block {
  return { from, where: [], having: [], windowed: false, distinct: false, order: [], columns }
}

/** Wraps a block as the subquery of a new one with the same rows, columns and order. */
export function nest(block: Block): Block {
  const source = new Source()
  const hidden = new Map<string, Scalar>()
  const order = block.order.map((term): OrderTerm => {
    const name = nameOf(block, term) ?? hide(block, hidden, term)
    return { ...term, sql: reference(source, name) }
  })
  const inner = {
    ...block,
    columns: new Map([...block.columns, ...hidden]),
    // Inside, the order matters only to a limit.
    order: block.limit === undefined ? [] : block.order,
  }
  const columns = new Map<string, Scalar>()
  for (const [name, { type, nullable }] of block.columns) {
    columns.set(name, { sql: reference(source, name), type, nullable })
  }
  return { ...reading({ kind: 'subquery', source, block: inner }, columns), order }
}

function nameOf(block: Block, term: OrderTerm): string | undefined {
  for (const [name, column] of block.columns) if (column.sql === term.sql) return name
  return undefined
}

/** Adds an output column for a term of the order. Its type plays no part: nothing but the order reads it. */
function hide(block: Block, hidden: Map<string, Scalar>, term: OrderTerm): string {
  let number = hidden.size
  while (block.columns.has(`$order${number}`)) number++
  const name = `$order${number}`
  hidden.set(name, { sql: term.sql, type: { name: 'text' }, nullable: true })
  return name
}

export function sourcesOf(from: From): readonly Source[] {
  return from.kind === 'join' ? [...sourcesOf(from.left), ...sourcesOf(from.right)] : [from.source]
}

/** Whether rows may be those of a left join, however deep in subqueries. */
export function holdsLeftJoin(from: From): boolean {
  switch (from.kind) {
    case 'table':
      return false
    case 'subquery':
      return holdsLeftJoin(from.block.from)
    case 'join':
      return from.type === 'left' || holdsLeftJoin(from.left) || holdsLeftJoin(from.right)
  }
}

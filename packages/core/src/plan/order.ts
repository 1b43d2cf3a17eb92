import { conjunction } from '../evaluate/conditions.js'
import { inputsOf } from '../evaluate/evaluate.js'
import { conjuncts } from '../expression/node.js'
import type { Expression } from '../expression/types.js'
import { columnsOf } from '../relation/columns-of.js'
import type {
  AggregateColumn,
  AggregateNode,
  DistinctNode,
  FilterNode,
  JoinNode,
  LimitNode,
  ProjectNode,
  Relation,
  ScanNode,
  SortNode,
  SortTerm,
  WindowColumn,
  WindowNode,
} from '../relation/types.js'
import {
  namedReference,
  partsOf,
  rewriteAggregate,
  rewriteNamed,
  rewriteTerms,
  rewriteWindow,
} from './expressions.js'
import { notPinned } from './identity.js'
import { overBase, projected, sorted, totalOrder, visibleColumns, withoutHidden } from './rows.js'
import type { HiddenNames, Rows } from './rows.js'

/**
 * The same answer with the order of ORDER-2, ORDER-3, ORDER-5, AGG-7 and WIN-1 written out, so that every node means what
 * it means alone:
 *
 * - A sort has terms that put its rows in a total order, and stands below a limit or at the root, with nothing but
 *   projections in between. Its order is asked for nowhere else.
 * - A limit stands directly over a sort, or over rows that need none: there is one at most, or all are alike.
 * - Windows (but `rank` and `denseRank`), `first` and `last` state a total order, and windows the frame that follows from
 *   the stated one.
 * - Filters stand below projections and side by side in one node.
 *
 * The order that a sort asks for lasts through filter, project, window and limit; a further sort, join, aggregate and
 * distinct begin anew. Columns that only the order needs are carried under names such as `$0` and dropped at the root.
 *
 * @throws HoldfastError as `columnsOf`
 */
export function withTotalOrder(relation: Relation): Relation {
  const rows = new Normalizer(relation).rows(relation)
  return withoutHidden(rows.sorted ? rows.base : sorted(rows), rows.visible)
}

/** The rows of a relation and their total order over plain columns. For keyset pages. */
export interface Keyset {
  /** All columns of the original, then those that only the order needs, under names such as `$0`. */
  readonly relation: Relation
  /** Each expression is a column of `relation`. */
  readonly terms: readonly SortTerm[]
}

/**
 * Splits a relation into rows and order, so that `limit(sort(filter(rows, after the last row), terms))` is a page (ORDER-4).
 *
 * @throws HoldfastError as `columnsOf`
 */
export function keysetOf(relation: Relation): Keyset {
  const normalizer = new Normalizer(relation)
  const { base, order, identity } = projected(normalizer.rows(relation), normalizer.hide)
  return { relation: base, terms: totalOrder(order, identity) }
}

class Normalizer {
  readonly hide: HiddenNames

  constructor(relation: Relation) {
    let next = firstHidden(relation)
    this.hide = () => `$${next++}`
  }

  rows(relation: Relation): Rows {
    switch (relation.node) {
      case 'scan':
        return this.#scan(relation)
      case 'filter':
        return this.#filter(relation)
      case 'project':
        return this.#project(relation)
      case 'aggregate':
        return this.#aggregate(relation)
      case 'sort':
        return this.#sort(relation)
      case 'limit':
        return this.#limit(relation)
      case 'distinct':
        return this.#distinct(relation)
      case 'join':
        return this.#join(relation)
      case 'window':
        return this.#window(relation)
    }
  }

  #scan(base: ScanNode): Rows {
    const { primaryKey } = base.table
    const unique = primaryKey.length > 0
    return fresh(base, unique ? primaryKey : [...columnsOf(base).keys()], unique)
  }

  #filter(node: FilterNode): Rows {
    const { rows, rewrite } = overBase(this.rows(node.input), [node.condition], this.hide)
    const condition = rewrite(node.condition)
    return {
      ...rows,
      base: filtered(rows.base, conjuncts(condition)),
      identity: notPinned(rows.identity, condition),
      sorted: false,
    }
  }

  #project(node: ProjectNode): Rows {
    const expressions = node.columns.map(({ expression }) => expression)
    const { rows, rewrite } = overBase(this.rows(node.input), expressions, this.hide)
    return { ...rows, visible: rewriteNamed(node.columns, rewrite) }
  }

  #aggregate(node: AggregateNode): Rows {
    const expressions = [
      ...node.groups.map(({ expression }) => expression),
      ...node.aggregates.flatMap(partsOf),
    ]
    const { rows, rewrite } = overBase(this.rows(node.input), expressions, this.hide)
    const complete = (column: AggregateColumn): AggregateColumn =>
      column.function === 'first' || column.function === 'last'
        ? { ...column, orderBy: totalOrder(column.orderBy ?? [], rows.identity) }
        : column
    const base: Relation = {
      node: 'aggregate',
      input: rows.base,
      groups: rewriteNamed(node.groups, rewrite),
      aggregates: node.aggregates.map((column) => complete(rewriteAggregate(column, rewrite))),
    }
    return fresh(
      base,
      node.groups.map(({ name }) => name),
    )
  }

  #sort(node: SortNode): Rows {
    const expressions = node.terms.map(({ expression }) => expression)
    const { rows, rewrite } = overBase(this.rows(node.input), expressions, this.hide)
    return { ...rows, order: rewriteTerms(node.terms, rewrite), sorted: false }
  }

  #limit(node: LimitNode): Rows {
    const rows = this.rows(node.input)
    return { ...rows, base: { ...node, input: sorted(rows) }, sorted: true }
  }

  #distinct(node: DistinctNode): Rows {
    const { base, visible } = this.rows(node.input)
    const distinct: Relation = { ...node, input: withoutHidden(base, visible) }
    return fresh(distinct, [...columnsOf(distinct).keys()])
  }

  #join(node: JoinNode): Rows {
    const [left, right] = [this.#side(node.left), this.#side(node.right)]
    const base: Relation = { ...node, left: left.base, right: right.base }
    const ofLeft = columnsOf(left.base)
    const hides = left.visible !== undefined || right.visible !== undefined
    return {
      ...fresh(base, [
        ...(node.kind === 'inner' ? notPinned(left.identity, node.condition) : left.identity),
        ...notPinned(right.identity, node.condition, (name) => ofLeft.has(name)),
      ]),
      unique: left.unique && right.unique,
      visible: hides ? [...visibleColumns(left), ...visibleColumns(right)] : undefined,
    }
  }

  /** One side of a join, whose columns need names of their own. */
  #side(relation: Relation): Rows {
    return projected({ ...this.rows(relation), order: [] }, this.hide)
  }

  #window(node: WindowNode): Rows {
    const { rows, rewrite } = this.#overBaseFor(node)
    const names = node.columns.map(({ name }) => name)
    const columns = node.columns.map((column) => rewriteWindow(column, rewrite))
    const visible = rows.visible && [...rows.visible, ...names.map(namedReference)]
    // Where rows may be alike, each column is completed by those before it, in which they may differ.
    const levels = rows.unique ? [columns] : columns.map((column) => [column])
    let { base, identity }: Pick<Rows, 'base' | 'identity'> = rows
    for (const level of levels) {
      const total = level.map((column) => completed(column, identity))
      base = { node: 'window', input: base, columns: total }
      if (!rows.unique) identity = [...identity, ...level.map(({ name }) => name)]
    }
    return { ...rows, base, identity, visible, sorted: false }
  }

  /** As `overBase`; the new columns may have the names of columns that the query does not see. */
  #overBaseFor(node: WindowNode) {
    const rows = this.rows(node.input)
    if (rows.visible !== undefined) {
      const taken = new Set(Array.from(columnsOf(rows.base).keys(), (name) => name.toLowerCase()))
      const clash = node.columns.some(({ name }) => taken.has(name.toLowerCase()))
      if (clash) return { rows: projected(rows, this.hide), rewrite: (expression: Expression) => expression }
    }
    return overBase(rows, node.columns.flatMap(partsOf), this.hide)
  }
}

function fresh(base: Relation, identity: readonly string[], unique = true): Rows {
  return { base, order: [], identity, unique, sorted: false }
}

/** A filter over a relation, or its condition in the filter that is there. */
export function filtered(base: Relation, conditions: readonly Expression[]): FilterNode {
  return base.node === 'filter'
    ? {
        node: 'filter',
        input: base.input,
        condition: conjunction([...conjuncts(base.condition), ...conditions]),
      }
    : { node: 'filter', input: base, condition: conjunction(conditions) }
}

/** WIN-1, WIN-2: the frame that the stated order implies, and the total order. */
function completed(column: WindowColumn, identity: readonly string[]): WindowColumn {
  const { function: name, orderBy, frame } = column
  switch (name) {
    case 'rank':
    case 'denseRank':
      return column
    case 'rowNumber':
    case 'lag':
    case 'lead':
      return { ...column, orderBy: totalOrder(orderBy, identity) }
    default:
      if (frame === undefined && orderBy.length === 0) return column
      return { ...column, orderBy: totalOrder(orderBy, identity), frame: frame ?? { end: 0 } }
  }
}

/** The first number whose hidden name is free. */
function firstHidden(relation: Relation): number {
  const own = Array.from(columnsOf(relation).keys(), (name) =>
    name.startsWith('$') ? Number(name.slice(1)) + 1 : 0,
  )
  return Math.max(0, ...own, ...inputsOf(relation).map(firstHidden))
}

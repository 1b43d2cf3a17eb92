import { columnsOf } from '../../../relation/columns-of.js'
import type {
  AggregateColumn,
  NamedExpression,
  Relation,
  SortTerm,
  WindowColumn,
} from '../../../relation/types.js'
import type { RelationColumns } from '../../../relation/types.js'
import { replaced, shorter } from '../../random/reduce.js'
import { shrinkExpression } from './expression.js'

/** Smaller relations that still fit together: fewer nodes, then fewer columns and terms, then simpler expressions. */
export function* shrinkRelation(relation: Relation): Generator<Relation> {
  for (const smaller of candidates(relation)) {
    if (isLegal(smaller)) yield smaller
  }
}

function isLegal(relation: Relation): boolean {
  try {
    columnsOf(relation)
    return true
  } catch {
    return false
  }
}

function* candidates(relation: Relation): Generator<Relation> {
  if (relation.node === 'scan') return
  yield* inputsOf(relation)
  yield* simplerNodes(relation)
  for (const [name, input] of inputEntries(relation)) {
    for (const smaller of candidates(input)) yield { ...relation, [name]: smaller }
  }
}

function inputsOf(relation: Relation): readonly Relation[] {
  return inputEntries(relation).map(([, input]) => input)
}

function inputEntries(relation: Relation): readonly (readonly [name: string, input: Relation])[] {
  if (relation.node === 'scan') return []
  if (relation.node === 'join') {
    return [
      ['left', relation.left],
      ['right', relation.right],
    ]
  }
  return [['input', relation.input]]
}

/** The same node, smaller, over the same input. */
function* simplerNodes(relation: Exclude<Relation, { readonly node: 'scan' }>): Generator<Relation> {
  switch (relation.node) {
    case 'filter':
      for (const condition of shrinkExpression(relation.condition, columnsOf(relation.input))) {
        yield { ...relation, condition }
      }
      return
    case 'project':
      for (const columns of lists(relation.columns, named, columnsOf(relation.input), 1))
        yield { ...relation, columns }
      return
    case 'aggregate': {
      const input = columnsOf(relation.input)
      for (const aggregates of lists(relation.aggregates, aggregate, input, 0))
        yield { ...relation, aggregates }
      for (const groups of lists(relation.groups, named, input, 0)) yield { ...relation, groups }
      return
    }
    case 'sort':
      for (const terms of lists(relation.terms, term, columnsOf(relation.input), 1))
        yield { ...relation, terms }
      return
    case 'limit':
      if (relation.offset !== 0) yield { ...relation, offset: 0 }
      if (typeof relation.count === 'number' && relation.count > 1) {
        yield { ...relation, count: 1 }
        yield { ...relation, count: Math.min(relation.count - 1, 10) }
      }
      return
    case 'window':
      for (const columns of lists(relation.columns, window, columnsOf(relation.input), 1))
        yield { ...relation, columns }
      return
    case 'join':
      if (relation.kind === 'left') yield { ...relation, kind: 'inner' }
      for (const condition of shrinkExpression(
        relation.condition,
        joinColumns(relation.left, relation.right),
      )) {
        yield { ...relation, condition }
      }
      return
    case 'distinct':
      return
  }
}

function joinColumns(left: Relation, right: Relation): RelationColumns {
  return new Map([...columnsOf(left), ...columnsOf(right)])
}

type ItemShrinker<Item> = (item: Item, columns: RelationColumns) => Iterable<Item>

function* lists<Item>(
  items: readonly Item[],
  shrink: ItemShrinker<Item>,
  columns: RelationColumns,
  minimum: number,
): Generator<Item[]> {
  yield* shorter(items, minimum)
  yield* replaced(items, (item) => shrink(item, columns))
}

function* named(column: NamedExpression, columns: RelationColumns): Generator<NamedExpression> {
  for (const expression of shrinkExpression(column.expression, columns)) yield { ...column, expression }
}

function* term(sortTerm: SortTerm, columns: RelationColumns): Generator<SortTerm> {
  if (sortTerm.nulls === 'first') yield { ...sortTerm, nulls: 'last' }
  if (sortTerm.direction === 'descending') yield { ...sortTerm, direction: 'ascending' }
  for (const expression of shrinkExpression(sortTerm.expression, columns)) yield { ...sortTerm, expression }
}

function* aggregate(column: AggregateColumn, columns: RelationColumns): Generator<AggregateColumn> {
  if (column.orderBy !== undefined) {
    for (const orderBy of lists(column.orderBy, term, columns, 0)) yield { ...column, orderBy }
  }
  yield* withArgument(column, columns)
}

function* window(column: WindowColumn, columns: RelationColumns): Generator<WindowColumn> {
  if (column.frame !== undefined) {
    const { frame: _frame, ...rest } = column
    yield rest
  }
  for (const orderBy of lists(column.orderBy, term, columns, 0)) yield { ...column, orderBy }
  for (const partitionBy of lists(column.partitionBy, shrinkExpression, columns, 0))
    yield { ...column, partitionBy }
  yield* withArgument(column, columns)
}

function* withArgument<Column extends AggregateColumn | WindowColumn>(
  column: Column,
  columns: RelationColumns,
): Generator<Column> {
  if (column.argument === undefined) return
  for (const argument of shrinkExpression(column.argument, columns)) yield { ...column, argument }
}

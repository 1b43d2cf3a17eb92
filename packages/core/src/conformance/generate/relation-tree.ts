import type { Expression } from '../../expression/types.js'
import type { Relation, ScanNode } from '../../relation/types.js'

/** The relation and everything below it, from the root down. */
export function* nodesOf(relation: Relation): Generator<Relation> {
  yield relation
  if (relation.node === 'join') {
    yield* nodesOf(relation.left)
    yield* nodesOf(relation.right)
  } else if (relation.node !== 'scan') {
    yield* nodesOf(relation.input)
  }
}

/** The same tree over other leaves. */
export function mapScans(relation: Relation, replace: (scan: ScanNode) => Relation): Relation {
  if (relation.node === 'scan') return replace(relation)
  if (relation.node === 'join') {
    return { ...relation, left: mapScans(relation.left, replace), right: mapScans(relation.right, replace) }
  }
  return { ...relation, input: mapScans(relation.input, replace) }
}

/** The names of all tables that the relation reads. */
export function tablesOf(relation: Relation): Set<string> {
  const names = [...nodesOf(relation)].flatMap((node) => (node.node === 'scan' ? [node.table.name] : []))
  return new Set(names)
}

/** Every expression that stands in a node itself. */
export function expressionsIn(relation: Relation): readonly Expression[] {
  switch (relation.node) {
    case 'scan':
    case 'limit':
    case 'distinct':
      return []
    case 'filter':
    case 'join':
      return [relation.condition]
    case 'project':
      return relation.columns.map(({ expression }) => expression)
    case 'sort':
      return relation.terms.map(({ expression }) => expression)
    case 'aggregate':
      return [
        ...relation.groups.map(({ expression }) => expression),
        ...relation.aggregates.flatMap(({ argument, orderBy }) => [
          ...(argument === undefined ? [] : [argument]),
          ...(orderBy ?? []).map(({ expression }) => expression),
        ]),
      ]
    case 'window':
      return relation.columns.flatMap(({ argument, partitionBy, orderBy }) => [
        ...(argument === undefined ? [] : [argument]),
        ...partitionBy,
        ...orderBy.map(({ expression }) => expression),
      ])
  }
}

/** The expression and all its parts. */
export function* partsOf(expression: Expression): Generator<Expression> {
  yield expression
  if (expression.kind !== 'call') return
  for (const argument of expression.arguments) yield* partsOf(argument)
}

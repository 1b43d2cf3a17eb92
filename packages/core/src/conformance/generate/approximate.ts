import type { Expression } from '../../expression/types.js'
import type { NamedExpression, Relation } from '../../relation/types.js'

/** The output columns that are exact only within a tolerance: standard deviations and what is made of them (AGG-6). */
export function approximateColumns(relation: Relation): ReadonlySet<string> {
  switch (relation.node) {
    case 'scan':
      return new Set()
    case 'filter':
    case 'sort':
    case 'limit':
    case 'distinct':
      return approximateColumns(relation.input)
    case 'project':
      return namesOf(relation.columns, approximateColumns(relation.input))
    case 'aggregate': {
      const input = approximateColumns(relation.input)
      const aggregates = relation.aggregates
        .filter(({ function: name, argument }) => name === 'standardDeviation' || uses(argument, input))
        .map(({ name }) => name)
      return new Set([...namesOf(relation.groups, input), ...aggregates])
    }
    case 'window': {
      const input = approximateColumns(relation.input)
      return new Set([
        ...input,
        ...relation.columns.filter(({ argument }) => uses(argument, input)).map(({ name }) => name),
      ])
    }
    case 'join':
      return new Set([...approximateColumns(relation.left), ...approximateColumns(relation.right)])
  }
}

function namesOf(columns: readonly NamedExpression[], input: ReadonlySet<string>): Set<string> {
  return new Set(columns.filter(({ expression }) => uses(expression, input)).map(({ name }) => name))
}

function uses(expression: Expression | undefined, columns: ReadonlySet<string>): boolean {
  if (expression === undefined || columns.size === 0) return false
  if (expression.kind === 'column') return columns.has(expression.name)
  return expression.kind === 'call' && expression.arguments.some((argument) => uses(argument, columns))
}

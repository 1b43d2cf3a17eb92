import type { Expression } from '../../expression/types.js'
import type { NamedExpression, Relation, SortTerm, WindowColumn } from '../../relation/types.js'
import { describeType } from '../generate/types.js'
import { printValue } from './print.js'

/** A relation on one line, from the leaf up: `t0 | filter lessThan(c1, 3) | limit 10`. */
export function describeRelation(relation: Relation): string {
  if (relation.node === 'scan') return relation.table.name
  if (relation.node === 'join') {
    const sides = `${relation.kind} join (${describeRelation(relation.right)})`
    return `${describeRelation(relation.left)} | ${sides} on ${describeExpression(relation.condition)}`
  }
  return `${describeRelation(relation.input)} | ${describeNode(relation)}`
}

function describeNode(node: Exclude<Relation, { readonly node: 'scan' | 'join' }>): string {
  switch (node.node) {
    case 'filter':
      return `filter ${describeExpression(node.condition)}`
    case 'project':
      return `project ${describeNamed(node.columns)}`
    case 'sort':
      return `sort ${describeTerms(node.terms)}`
    case 'limit':
      return `limit ${count(node.count)} offset ${count(node.offset)}`
    case 'distinct':
      return 'distinct'
    case 'aggregate': {
      const aggregates = node.aggregates.map(({ name, function: aggregate, argument, fraction, orderBy }) => {
        const inputs = [
          ...(argument === undefined ? [] : [describeExpression(argument)]),
          ...(fraction === undefined ? [] : [String(fraction)]),
          ...(orderBy === undefined ? [] : [`order by ${describeTerms(orderBy)}`]),
        ]
        return `${name}: ${aggregate}(${inputs.join(', ')})`
      })
      return `aggregate by [${describeNamed(node.groups)}] ${aggregates.join(', ')}`
    }
    case 'window':
      return `window ${node.columns.map(describeWindow).join(', ')}`
  }
}

function describeWindow(column: WindowColumn): string {
  const { name, argument, offset, partitionBy, orderBy, frame } = column
  const inputs = [
    ...(argument === undefined ? [] : [describeExpression(argument)]),
    ...(offset === undefined ? [] : [String(offset)]),
  ]
  const rows = frame === undefined ? '' : ` rows ${frame.start ?? 'unbounded'} to ${frame.end ?? 'unbounded'}`
  const partition = partitionBy.map(describeExpression).join(', ')
  return `${name}: ${column.function}(${inputs.join(', ')}) over [${partition}] order by [${describeTerms(orderBy)}]${rows}`
}

function describeNamed(columns: readonly NamedExpression[]): string {
  return columns.map(({ name, expression }) => `${name}: ${describeExpression(expression)}`).join(', ')
}

function describeTerms(terms: readonly SortTerm[]): string {
  return terms
    .map(
      ({ expression, direction, nulls }) => `${describeExpression(expression)} ${direction} nulls ${nulls}`,
    )
    .join(', ')
}

function count(value: number | Expression | undefined): string {
  if (value === undefined) return 'all'
  return typeof value === 'number' ? String(value) : describeExpression(value)
}

/** An expression as a call: `and(equal(c1, 3), isNull(c2))`. Literals are stored values. */
export function describeExpression(expression: Expression): string {
  switch (expression.kind) {
    case 'column':
      return expression.name
    case 'literal':
      return expression.value === null
        ? `null of ${describeType(expression.type)}`
        : printValue(expression.value)
    case 'list':
      return printValue(expression.values)
    case 'parameter':
      return `$${expression.index}`
    case 'call': {
      const { type, unit, path } = expression.options ?? {}
      const inputs = [
        ...expression.arguments.map(describeExpression),
        ...(path === undefined ? [] : [printValue(path)]),
        ...(unit === undefined ? [] : [unit]),
        ...(type === undefined ? [] : [describeType(type)]),
      ]
      return `${expression.function}(${inputs.join(', ')})`
    }
  }
}

import { eachColumn } from '../evaluate/conditions.js'
import { mapColumns, withArguments } from '../expression/node.js'
import { logicalTypes } from '../expression/functions/rules.js'
import { functionOf } from '../expression/type-of.js'
import type { Call, Expression } from '../expression/types.js'
import type { AggregateColumn, NamedExpression, SortTerm, WindowColumn } from '../relation/types.js'

/** Changes each expression of a part of a node. */
export type Rewrite = (expression: Expression) => Expression

export function columnReference(name: string): Expression {
  return { kind: 'column', name }
}

export function namedReference(name: string): NamedExpression {
  return { name, expression: columnReference(name) }
}

export function rewriteNamed(columns: readonly NamedExpression[], rewrite: Rewrite): NamedExpression[] {
  return columns.map(({ name, expression }) => ({ name, expression: rewrite(expression) }))
}

export function rewriteTerms(terms: readonly SortTerm[], rewrite: Rewrite): SortTerm[] {
  return terms.map((term) => ({ ...term, expression: rewrite(term.expression) }))
}

export function rewriteAggregate(column: AggregateColumn, rewrite: Rewrite): AggregateColumn {
  const { argument, orderBy } = column
  return {
    ...column,
    ...(argument && { argument: rewrite(argument) }),
    ...(orderBy && { orderBy: rewriteTerms(orderBy, rewrite) }),
  }
}

export function rewriteWindow(column: WindowColumn, rewrite: Rewrite): WindowColumn {
  const { argument, partitionBy, orderBy } = column
  return {
    ...column,
    ...(argument && { argument: rewrite(argument) }),
    partitionBy: partitionBy.map(rewrite),
    orderBy: rewriteTerms(orderBy, rewrite),
  }
}

/** The expressions of an aggregate or a window column. */
export function partsOf(column: AggregateColumn | WindowColumn): Expression[] {
  return [
    ...(column.argument === undefined ? [] : [column.argument]),
    ...('partitionBy' in column ? column.partitionBy : []),
    ...(column.orderBy ?? []).map(({ expression }) => expression),
  ]
}

/** Replaces columns by what `meanings` has for them. */
export function substitute(expression: Expression, meanings: ReadonlyMap<string, Expression>): Expression {
  return mapColumns(expression, (reference) => meanings.get(reference.name) ?? reference, meant)
}

/** A comparison with null is refused where it is written; where a column turns out to be null, it is null. */
function meant(call: Call, parts: readonly Expression[]): Expression {
  const isNull = functionOf(call.function).refusesNull === true && parts.some(isNullLiteral)
  return isNull ? nullCondition : withArguments(call, parts)
}

const nullCondition: Expression = Object.freeze({ kind: 'literal', type: logicalTypes.boolean, value: null })

function isNullLiteral(expression: Expression): boolean {
  return expression.kind === 'literal' && expression.value === null
}

/** How many nodes an expression has; with `meanings`, after their substitution. */
export function sizeOf(expression: Expression, sizes?: ReadonlyMap<string, number>): number {
  if (expression.kind === 'column') return sizes?.get(expression.name) ?? 1
  if (expression.kind !== 'call') return 1
  return expression.arguments.reduce((sum, argument) => sum + sizeOf(argument, sizes), 1)
}

/** The names of the columns that expressions read. */
export function columnsRead(expressions: readonly Expression[]): Set<string> {
  const names = new Set<string>()
  for (const expression of expressions) eachColumn(expression, (name) => names.add(name))
  return names
}

/** Whether two expressions of a parameterised relation are the same. */
export function sameExpression(left: Expression, right: Expression): boolean {
  if (left === right) return true
  switch (left.kind) {
    case 'column':
      return right.kind === 'column' && left.name === right.name
    case 'parameter':
      return right.kind === 'parameter' && left.index === right.index
    case 'call':
      return (
        right.kind === 'call' &&
        left.function === right.function &&
        left.arguments.length === right.arguments.length &&
        JSON.stringify(left.options) === JSON.stringify(right.options) &&
        left.arguments.every((argument, index) => sameExpression(argument, right.arguments[index]!))
      )
    default:
      return false
  }
}

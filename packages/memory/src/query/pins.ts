import type { Expression, FunctionName, Parameters, StoredValue } from '@holdfast/core/backend'

/** What a condition says of one column alone: how its values compare with constants. */
export interface Pin {
  readonly column: string
  readonly comparison: Comparison
  /** The constant; of `in` the list. */
  readonly constant: Constant
}

export type Comparison = 'equal' | 'lessThan' | 'lessOrEqual' | 'greaterThan' | 'greaterOrEqual' | 'in'

/** A value that is known when the query runs. */
export type Constant = (parameters: Parameters) => StoredValue | readonly StoredValue[]

/** What a comparison says when its sides are swapped. */
const swapped: Partial<Record<FunctionName, Comparison>> = {
  equal: 'equal',
  lessThan: 'greaterThan',
  lessOrEqual: 'greaterOrEqual',
  greaterThan: 'lessThan',
  greaterOrEqual: 'lessOrEqual',
}

const comparisons: ReadonlySet<FunctionName> = new Set<FunctionName>([
  'equal',
  'lessThan',
  'lessOrEqual',
  'greaterThan',
  'greaterOrEqual',
  'in',
])

/** The pin that a condition is; undefined if it is none. */
export function pinOf(condition: Expression): Pin | undefined {
  if (condition.kind !== 'call' || !comparisons.has(condition.function)) return undefined
  const [left, right] = condition.arguments as [Expression, Expression]
  if (left.kind === 'column') return pin(left.name, condition.function as Comparison, right)
  const comparison = swapped[condition.function]
  return comparison && right.kind === 'column' ? pin(right.name, comparison, left) : undefined
}

function pin(column: string, comparison: Comparison, expression: Expression): Pin | undefined {
  const constant = constantOf(expression)
  return constant && { column, comparison, constant }
}

/** Decimals of two scales are equal by value, but not as they are stored: they are no constants here. */
function constantOf(expression: Expression): Constant | undefined {
  if (expression.kind === 'column' || expression.kind === 'call') return undefined
  if (expression.type.name === 'decimal') return undefined
  switch (expression.kind) {
    case 'literal':
      return () => expression.value
    case 'list':
      return () => expression.values
    case 'parameter':
      return (parameters) => parameters[expression.index]!
  }
}

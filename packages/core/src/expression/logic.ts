import { ColumnExpression } from './builder.js'
import { conditionOf, storedLiteral } from './arguments.js'
import { logicalTypes } from './functions/rules.js'
import { TypedExpression } from './node.js'
import type { Answer, Condition, OperandValue } from './operands.js'

/** Kleene's and of any number of conditions; true for none. */
export function and<Conditions extends readonly (Condition | boolean)[]>(
  ...conditions: Conditions
): Answer<OperandValue<Conditions[number]>> {
  return junction('and', conditions)
}

/** Kleene's or of any number of conditions; false for none. */
export function or<Conditions extends readonly (Condition | boolean)[]>(
  ...conditions: Conditions
): Answer<OperandValue<Conditions[number]>> {
  return junction('or', conditions)
}

/** Kleene's not. */
export function not<Value extends boolean | null>(
  condition: ColumnExpression<Value, 'boolean'>,
): Answer<Value> {
  return new ColumnExpression(TypedExpression.call('not', [conditionOf(condition, 'not')]))
}

function junction<Values>(name: 'and' | 'or', conditions: readonly unknown[]): Answer<Values> {
  const operands = conditions.map((condition) => conditionOf(condition, name))
  const [only = storedLiteral(logicalTypes.boolean, name === 'and')] = operands
  return new ColumnExpression(operands.length > 1 ? TypedExpression.junction(name, operands) : only)
}

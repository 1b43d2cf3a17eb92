import { isDate } from 'node:util/types'
import { describeValue } from '../schema/describe.js'
import { TypedExpression } from './node.js'
import { Unfinished } from './unfinished.js'
import { failure, within } from './path.js'
import type { Expression } from './types.js'

/**
 * The data of an expression that the builder made.
 *
 * @param where what was given it, for the error
 * @throws HoldfastError `TYPE_MISMATCH` for anything else
 */
export function expressionOf(value: unknown, where = 'expression'): Expression {
  return typedExpressionOf(value, where).expression
}

/** `expressionOf` with the type of the expression. */
export function typedExpressionOf(value: unknown, where = 'expression'): TypedExpression {
  if (TypedExpression.is(value)) return value
  const lacks = Unfinished.lacks(value)
  if (lacks !== undefined) {
    throw failure(
      'TYPE_MISMATCH',
      `${where} takes an expression: this one still lacks ${lacks}`,
      within(undefined, where),
    )
  }
  throw failure(
    'TYPE_MISMATCH',
    `${where} takes an expression, such as row.celsius.gt(30), not ${describeValue(value)}${hintFor(value)}`,
    within(undefined, where),
  )
}

function hintFor(value: unknown): string {
  const plain = isDate(value) || !['object', 'function', 'undefined'].includes(typeof value)
  return plain ? '. A plain value is written literal(type, value), as in literal(integer(), 1)' : ''
}

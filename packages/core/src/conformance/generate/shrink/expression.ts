import { typeOfExpression } from '../../../expression/type-of.js'
import type { Expression } from '../../../expression/types.js'
import type { RelationColumns } from '../../../relation/types.js'
import type { LogicalType, StoredValue } from '../../../schema/types.js'
import { replaced, shorter } from '../../random/reduce.js'
import { sameType } from '../types.js'
import { simplerValues, simplestValue } from './value.js'

/** Smaller expressions of the same type: a part instead of the whole, a literal instead of a call, simpler literals. */
export function* shrinkExpression(expression: Expression, columns: RelationColumns): Generator<Expression> {
  switch (expression.kind) {
    case 'call': {
      const { type } = typeOfExpression(expression, columns)
      for (const part of expression.arguments) {
        if (part.kind !== 'list' && sameType(typeOfExpression(part, columns).type, type)) yield part
      }
      yield { kind: 'literal', type, value: simplestValue(type) }
      yield* shrinkArguments(expression, columns)
      return
    }
    case 'literal':
      for (const value of simplerValues(expression.type, expression.value)) yield { ...expression, value }
      return
    case 'list':
      for (const values of shorter(expression.values)) yield { ...expression, values }
      for (const values of shrinkValues(expression.type, expression.values)) yield { ...expression, values }
      return
    case 'column':
    case 'parameter':
      return
  }
}

function* shrinkArguments(
  expression: Extract<Expression, { readonly kind: 'call' }>,
  columns: RelationColumns,
): Generator<Expression> {
  if (expression.function === 'and' || expression.function === 'or') {
    for (const inputs of shorter(expression.arguments, 2)) yield { ...expression, arguments: inputs }
  }
  if (expression.function === 'case' && expression.arguments.length > 3) {
    yield { ...expression, arguments: expression.arguments.slice(2) }
  }
  for (const inputs of replaced(expression.arguments, (input) => shrinkExpression(input, columns))) {
    yield { ...expression, arguments: inputs }
  }
}

function shrinkValues(type: LogicalType, values: readonly StoredValue[]): Iterable<readonly StoredValue[]> {
  return replaced(values, (value) => simplerValues(type, value))
}

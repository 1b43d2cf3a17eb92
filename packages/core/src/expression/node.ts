import { HoldfastError } from '../backend/errors.js'
import type { ColumnType } from '../schema/types.js'
import { checkExpressionDepth, checkNodes } from './limits.js'
import { typeOfCall } from './type-of.js'
import type { Call, CallOptions, ColumnReference, Expression, FunctionName } from './types.js'

export interface ExpressionParts {
  readonly expression: Expression
  readonly columnType: ColumnType
  /** Of the whole tree; default 1, for an expression without parts. */
  readonly nodes?: number
  readonly depth?: number
}

/**
 * An expression that knows its type and size, so that putting one into another costs the same whatever its size. What the
 * builder's classes have in common.
 */
export class TypedExpression {
  /** The expression as data. */
  readonly expression: Expression
  readonly columnType: ColumnType
  readonly #nodes: number
  readonly #depth: number

  constructor({ expression, columnType, nodes = 1, depth = 1 }: ExpressionParts) {
    this.expression = expression
    this.columnType = columnType
    this.#nodes = nodes
    this.#depth = depth
  }

  /** How many nodes the expression has. */
  get nodes(): number {
    return this.#nodes
  }

  /** How deep it is nested: 1 for a column. */
  get depth(): number {
    return this.#depth
  }

  /** Operators of JavaScript cannot see into an expression: `row.celsius > 30` would be false for every row. */
  [Symbol.toPrimitive](hint: string): string {
    if (hint === 'string') return '[expression]'
    throw new HoldfastError(
      'TYPE_MISMATCH',
      'an expression has no value in JavaScript: use methods instead of operators, as in row.celsius.gt(30)',
    )
  }

  /** Whether a value is an expression of the builder. Runs no code of the caller: proxies are none. */
  static is(value: unknown): value is TypedExpression {
    return typeof value === 'object' && value !== null && #nodes in value
  }

  /** @throws HoldfastError `TYPE_MISMATCH`, `LIMIT_EXCEEDED` */
  static call(
    name: FunctionName,
    operands: readonly TypedExpression[],
    options?: CallOptions,
  ): ExpressionParts {
    const types: ColumnType[] = []
    const parts: Expression[] = []
    let nodes = 1
    let depth = 0
    for (const operand of operands) {
      types.push(operand.columnType)
      parts.push(operand.expression)
      nodes += operand.#nodes
      depth = Math.max(depth, operand.#depth)
    }
    const columnType = typeOfCall(name, types, options)
    return sized(callOf(name, parts, options), columnType, nodes, depth + 1)
  }

  /** A call of `and` or `or` that takes up the arguments of those of its operands that are calls of the same. */
  static junction(name: 'and' | 'or', operands: readonly TypedExpression[]): ExpressionParts {
    const columnType = typeOfCall(
      name,
      operands.map((operand) => operand.columnType),
    )
    let nodes = 1
    let depth = 0
    for (const operand of operands) {
      const own = isCallOf(name, operand.expression) ? 1 : 0
      nodes += operand.#nodes - own
      depth = Math.max(depth, operand.#depth - own)
    }
    checkNodes(nodes)
    const parts = operands.flatMap(({ expression }) =>
      isCallOf(name, expression) ? expression.arguments : [expression],
    )
    return sized(callOf(name, parts), columnType, nodes, depth + 1)
  }
}

function sized(expression: Call, columnType: ColumnType, nodes: number, depth: number): ExpressionParts {
  checkNodes(nodes)
  checkExpressionDepth(depth)
  return { expression, columnType, nodes, depth }
}

function callOf(name: FunctionName, parts: readonly Expression[], options?: CallOptions): Call {
  const call = { kind: 'call', function: name, arguments: Object.freeze(parts) } as const
  return Object.freeze(options === undefined ? call : { ...call, options: Object.freeze(options) })
}

function isCallOf(name: FunctionName, expression: Expression): expression is Call {
  return expression.kind === 'call' && expression.function === name
}

/** The conditions of which all must be true: the parts of nested `and`s, or the condition itself. */
export function conjuncts(condition: Expression): readonly Expression[] {
  return isCallOf('and', condition) ? condition.arguments.flatMap(conjuncts) : [condition]
}

/**
 * The same expression with each column reference replaced; parts in which nothing changes are kept as they are.
 *
 * @param rebuild makes a call with other arguments
 */
export function mapColumns(
  expression: Expression,
  replace: (reference: ColumnReference) => Expression,
  rebuild: (call: Call, parts: readonly Expression[]) => Expression = withArguments,
): Expression {
  if (expression.kind === 'column') return replace(expression)
  if (expression.kind !== 'call') return expression
  const parts = expression.arguments.map((argument) => mapColumns(argument, replace, rebuild))
  if (parts.every((part, index) => part === expression.arguments[index])) return expression
  return rebuild(expression, parts)
}

export function withArguments(call: Call, parts: readonly Expression[]): Call {
  return Object.freeze({ ...call, arguments: Object.freeze(parts) })
}

import type { Parameters } from '../backend/types.js'
import type { RelationColumns } from '../relation/types.js'
import type { ColumnType, StoredRow, StoredValue } from '../schema/types.js'
import type { Evaluate, ValueFunction } from './functions/index.js'
import { functionOf, typeOfCall, typeOfExpression, typeOfList } from './type-of.js'
import type { Call, Expression } from './types.js'

export type { Evaluate } from './functions/index.js'

/** Prepares to read one column of a source; called once per reference. */
export type ReadColumn<Source> = (name: string) => (source: Source) => StoredValue

/** A value, or the list on the right side of `in`. */
type Operand = StoredValue | readonly StoredValue[]
type Compute = (...values: Operand[]) => StoredValue

interface Compiled<Source> {
  readonly type: ColumnType
  readonly evaluate: Evaluate<Source>
}

/**
 * Turns an expression into a closure made for its types.
 *
 * @param read how a column of the source is read
 * @throws HoldfastError as `typeOfExpression`
 */
export function compileExpression<Source>(
  expression: Expression,
  columns: RelationColumns,
  read: ReadColumn<Source>,
): Evaluate<Source> {
  typeOfExpression(expression, columns)
  return compile(expression, columns, read).evaluate
}

/** `compileExpression` over stored rows. */
export function compileRowExpression(expression: Expression, columns: RelationColumns): Evaluate<StoredRow> {
  return compileExpression(expression, columns, readRowColumn)
}

/** A condition over stored rows that only true passes (NULL-2). */
export function compileCondition(
  condition: Expression,
  columns: RelationColumns,
): (row: StoredRow, parameters: Parameters) => boolean {
  const evaluate = compileRowExpression(condition, columns)
  return (row, parameters) => evaluate(row, parameters) === true
}

const readRowColumn: ReadColumn<StoredRow> = (name) => (row) => row[name]!

function compile<Source>(
  expression: Expression,
  columns: RelationColumns,
  read: ReadColumn<Source>,
): Compiled<Source> {
  switch (expression.kind) {
    case 'column':
      return { type: columns.get(expression.name)!, evaluate: read(expression.name) }
    case 'literal': {
      const { type, value } = expression
      return { type: { type, nullable: value === null }, evaluate: () => value }
    }
    case 'list': {
      // Only `in` sees this value, and it takes lists.
      const values = expression.values as unknown as StoredValue
      return { type: typeOfList(expression), evaluate: () => values }
    }
    case 'parameter': {
      const { index, type } = expression
      return {
        type: { type, nullable: false },
        evaluate: (_, parameters) => parameters[index] as StoredValue,
      }
    }
    case 'call':
      return compileCall(expression, columns, read)
  }
}

function compileCall<Source>(
  call: Call,
  columns: RelationColumns,
  read: ReadColumn<Source>,
): Compiled<Source> {
  const operands = call.arguments.map((argument) => compile(argument, columns, read))
  const types = operands.map((operand) => operand.type)
  const type = typeOfCall(call.function, types, call.options)
  const definition = functionOf(call.function)
  const evaluates = operands.map((operand) => operand.evaluate)
  if ('compose' in definition) return { type, evaluate: definition.compose(evaluates) }
  const compute = definition.implement(
    types.map((operand) => operand.type),
    call.options ?? {},
  ) as Compute
  const evaluate =
    definition.nulls === 'handled'
      ? applyToAll(compute, evaluates)
      : applyToValues(definition, compute, call.arguments, evaluates)
  return { type, evaluate }
}

function applyToAll<Source>(compute: Compute, operands: readonly Evaluate<Source>[]): Evaluate<Source> {
  const [first, second] = operands
  return second === undefined
    ? (source, parameters) => compute(first!(source, parameters))
    : (source, parameters) => compute(first!(source, parameters), second(source, parameters))
}

/** Null when any operand is; comparisons with a literal or a parameter read it without a call. */
function applyToValues<Source>(
  definition: ValueFunction,
  compute: Compute,
  expressions: readonly Expression[],
  operands: readonly Evaluate<Source>[],
): Evaluate<Source> {
  const [first, second, third] = operands as [Evaluate<Source>, Evaluate<Source>, Evaluate<Source>]
  if (operands.length === 1) {
    return (source, parameters) => {
      const value = first(source, parameters)
      return value === null ? null : compute(value)
    }
  }
  if (operands.length === 3) {
    return (source, parameters) => {
      const a = first(source, parameters)
      const b = second(source, parameters)
      const c = third(source, parameters)
      return a === null || b === null || c === null ? null : compute(a, b, c)
    }
  }
  const right = expressions[1]!
  if (right.kind === 'parameter') {
    const { index } = right
    return (source, parameters) => {
      const a = first(source, parameters)
      return a === null ? null : compute(a, parameters[index]!)
    }
  }
  if (right.kind === 'literal' && right.value !== null) {
    const b = right.value
    return (source, parameters) => {
      const a = first(source, parameters)
      return a === null ? null : compute(a, b)
    }
  }
  return (source, parameters) => {
    const a = first(source, parameters)
    const b = second(source, parameters)
    return a === null || b === null ? null : compute(a, b)
  }
}

import { didYouMean } from '../schema/nearest.js'
import type { ColumnType } from '../schema/types.js'
import type { RelationColumns } from '../relation/types.js'
import { functions } from './functions/index.js'
import type { ScalarFunction } from './functions/index.js'
import { checkExpressionDepth, checkNodes } from './limits.js'
import { failure, within } from './path.js'
import type { Path } from './path.js'
import type { Call, CallOptions, Expression, FunctionName } from './types.js'

/** What expressions of one relation are checked against. Counts their nodes. */
export interface Scope {
  readonly columns: RelationColumns
  nodes: number
}

/**
 * The type of an expression over columns.
 *
 * @param path where the expression is, for errors
 * @throws HoldfastError `TYPE_MISMATCH`, `UNKNOWN_COLUMN` or `LIMIT_EXCEEDED`, with the path in the tree
 */
export function typeOfExpression(
  expression: Expression,
  columns: RelationColumns,
  path?: string,
): ColumnType {
  return checkExpression(
    expression,
    { columns, nodes: 0 },
    path === undefined ? undefined : within(undefined, path),
  )
}

/** `typeOfExpression` for one of several expressions of a tree. */
export function checkExpression(
  expression: Expression,
  scope: Scope,
  path: Path | undefined,
  depth = 1,
): ColumnType {
  checkExpressionDepth(depth, path)
  checkNodes(++scope.nodes, path)
  switch (expression.kind) {
    case 'column':
      return scope.columns.get(expression.name) ?? refuseColumn(expression.name, scope.columns, path)
    case 'literal':
      return { type: expression.type, nullable: expression.value === null }
    case 'parameter':
      if (expression.list === true) throw misplacedList(path)
      return { type: expression.type, nullable: false }
    case 'list':
      throw misplacedList(path)
    case 'call':
      return checkCall(expression, scope, path, depth)
    default:
      throw failure('TYPE_MISMATCH', 'this is no expression', path)
  }
}

function checkCall(call: Call, scope: Scope, path: Path | undefined, depth: number): ColumnType {
  const definition = functionOf(call.function, path)
  const types = call.arguments.map((argument, index): ColumnType => {
    const place = within(path, 'arguments', index)
    if (definition.takesList !== true || index !== 1)
      return checkExpression(argument, scope, place, depth + 1)
    checkNodes(++scope.nodes, place)
    return typeOfList(argument, place)
  })
  if (definition.refusesNull === true) refuseNullLiterals(call, path)
  return typeOfCall(call.function, types, call.options, path)
}

/**
 * The type of a call whose arguments have these types.
 *
 * @throws HoldfastError `TYPE_MISMATCH`
 */
export function typeOfCall(
  name: FunctionName,
  types: readonly ColumnType[],
  options?: CallOptions,
  path?: Path,
): ColumnType {
  const definition = functionOf(name, path)
  const result =
    countProblem(definition, types.length) ??
    optionProblem(definition, options) ??
    definition.typeOf(types, options ?? {})
  if (typeof result !== 'string') return result
  throw failure('TYPE_MISMATCH', `${name} ${result}`, path ?? within(undefined, name))
}

function countProblem({ arity: [least, most] }: ScalarFunction, count: number): string | undefined {
  if (count >= least && count <= most) return undefined
  return `takes ${least === most ? least : `${least} or more`} arguments, not ${count}`
}

function optionProblem(definition: ScalarFunction, options: CallOptions | undefined): string | undefined {
  const required = definition.options ?? []
  const given = options === undefined ? [] : (Object.keys(options) as (keyof CallOptions)[])
  const missing = required.find((option) => options?.[option] === undefined)
  if (missing !== undefined) return `needs the option ${missing}`
  const extra = given.find((option) => !required.includes(option))
  return extra === undefined ? undefined : `takes no option ${extra}`
}

/** @throws HoldfastError `TYPE_MISMATCH` */
export function functionOf(name: FunctionName, path?: Path): ScalarFunction {
  if (Object.hasOwn(functions, name)) return functions[name]
  throw failure(
    'TYPE_MISMATCH',
    `there is no such function${didYouMean(String(name), Object.keys(functions))}`,
    path,
  )
}

/** The type of the items of the right side of `in`. */
export function typeOfList(list: Expression, path?: Path): ColumnType {
  if (list.kind === 'list' || (list.kind === 'parameter' && list.list === true)) {
    return { type: list.type, nullable: false }
  }
  throw failure('TYPE_MISMATCH', 'in takes a list on its right side', path)
}

function refuseNullLiterals(call: Call, path: Path | undefined): void {
  const index = call.arguments.findIndex((argument) => argument.kind === 'literal' && argument.value === null)
  if (index === -1) return
  throw failure(
    'TYPE_MISMATCH',
    'null cannot be compared: use isNull() or isDistinctFrom()',
    within(path, 'arguments', index),
  )
}

function refuseColumn(name: string, columns: RelationColumns, path: Path | undefined): never {
  if (name.endsWith('()')) {
    throw failure(
      'TYPE_MISMATCH',
      `${name} cannot stand here: aggregates and windows belong into select`,
      path,
    )
  }
  throw failure('UNKNOWN_COLUMN', `there is no column "${name}"${didYouMean(name, columns.keys())}`, path)
}

function misplacedList(path: Path | undefined): Error {
  return failure('TYPE_MISMATCH', 'a list can only be the right side of in', path)
}

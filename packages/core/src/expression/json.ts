import { storedFromJson, storedToJson } from '../schema/stored-json.js'
import type { LogicalType, StoredValue } from '../schema/types.js'
import { jsonPathOf } from './arguments.js'
import { functions } from './functions/index.js'
import {
  copyData,
  invalid,
  itemsOf,
  oneOf,
  optional,
  propertiesOf,
  tagOf,
  typeOf,
  wholeNumberOf,
} from './json-reader.js'
import { checkExpressionDepth, checkNodes, treeLimits } from './limits.js'
import { failure, printPath, within } from './path.js'
import type { Path } from './path.js'
import type { CallOptions, DateUnit, Expression, FunctionName } from './types.js'

export interface JsonOptions {
  /** Also accepts what only the planner makes: parameters and the names of hidden columns. */
  readonly planned?: boolean
}

/** What is read from one JSON value: counts its nodes. */
export interface Reading {
  readonly planned: boolean
  nodes: number
}

/** An expression as data that `JSON.stringify` keeps whole: values exactly, by their types. */
export function expressionToJson(expression: Expression): object {
  switch (expression.kind) {
    case 'literal':
      return { ...expression, value: storedToJson(expression.value) }
    case 'list':
      return { ...expression, values: expression.values.map(storedToJson) }
    case 'call':
      return { ...expression, arguments: expression.arguments.map(expressionToJson) }
    default:
      return expression
  }
}

/**
 * Reads what `expressionToJson` wrote, after `JSON.parse`. Only the form is checked; `typeOfExpression` checks the types.
 *
 * @param where where the expression is, for errors
 * @throws HoldfastError `INVALID_ARGUMENT`, `LIMIT_EXCEEDED`
 */
export function expressionFromJson(json: unknown, where?: string, options: JsonOptions = {}): Expression {
  const path = where === undefined ? undefined : within(undefined, where)
  const reading = { planned: options.planned === true, nodes: 0 }
  return readExpression(copyData(json, 'the expression', path), reading, path)
}

const kinds = ['column', 'literal', 'list', 'parameter', 'call'] as const
const functionNames = Object.keys(functions) as FunctionName[]

/** Reads an expression from copied data. */
export function readExpression(
  data: unknown,
  reading: Reading,
  path: Path | undefined,
  depth = 1,
): Expression {
  checkExpressionDepth(depth, path)
  checkNodes(++reading.nodes, path)
  switch (tagOf(data, 'kind', kinds, path)) {
    case 'column':
      return readColumn(data, reading, path)
    case 'literal':
      return readLiteral(data, path)
    case 'list':
      return readList(data, path)
    case 'parameter':
      return readParameter(data, reading, path)
    case 'call':
      return readCall(data, reading, path, depth)
  }
}

function readColumn(data: unknown, reading: Reading, path: Path | undefined): Expression {
  const { name } = propertiesOf(data, ['kind', 'name'], path)
  return Object.freeze({ kind: 'column', name: nameOf(name, reading, within(path, 'name')) })
}

/** The name of a column. */
export function nameOf(data: unknown, reading: Reading, path: Path): string {
  if (typeof data === 'string' && (reading.planned || !data.startsWith('$'))) return data
  throw invalid('the name of a column is wanted', path)
}

function readLiteral(data: unknown, path: Path | undefined): Expression {
  const { type, value } = propertiesOf(data, ['kind', 'type', 'value'], path)
  const logical = typeOf(type, within(path, 'type'))
  return Object.freeze({
    kind: 'literal',
    type: logical,
    value: valueOf(logical, value, within(path, 'value')),
  })
}

function readList(data: unknown, path: Path | undefined): Expression {
  const { type, values } = propertiesOf(data, ['kind', 'type', 'values'], path)
  if (Array.isArray(values) && values.length > treeLimits.listValues) {
    throw failure('LIMIT_EXCEEDED', `a list holds ${treeLimits.listValues} values at most`, path)
  }
  const logical = typeOf(type, within(path, 'type'))
  const items = itemsOf(values, within(path, 'values'), (value, place) => {
    if (value === null) throw invalid('a list holds no null', place)
    return valueOf(logical, value, place)
  })
  return Object.freeze({ kind: 'list', type: logical, values: items })
}

function valueOf(type: LogicalType, data: unknown, path: Path): StoredValue {
  return storedFromJson(type, data, printPath(path) ?? 'value')
}

function readParameter(data: unknown, reading: Reading, path: Path | undefined): Expression {
  if (!reading.planned) throw invalid('a parameter has no value here: use a literal', path)
  const properties = propertiesOf(data, ['kind', 'index', 'type', 'list'], path)
  const { index, type, list } = properties
  if (list !== undefined && list !== true) throw invalid('list is true or absent', within(path, 'list'))
  return Object.freeze({
    kind: 'parameter',
    index: wholeNumberOf(index, 0, within(path, 'index')),
    type: typeOf(type, within(path, 'type')),
    ...(list === undefined ? {} : { list }),
  })
}

function readCall(data: unknown, reading: Reading, path: Path | undefined, depth: number): Expression {
  const properties = propertiesOf(data, ['kind', 'function', 'arguments', 'options'], path)
  return Object.freeze({
    kind: 'call',
    function: oneOf(properties.function, functionNames, within(path, 'function')),
    arguments: itemsOf(properties.arguments, within(path, 'arguments'), (argument, place) =>
      readExpression(argument, reading, place, depth + 1),
    ),
    ...optional(properties, 'options', path, readOptions),
  })
}

const dateUnits: Readonly<Record<DateUnit, true>> = {
  year: true,
  quarter: true,
  month: true,
  week: true,
  day: true,
  hour: true,
  minute: true,
  second: true,
  millisecond: true,
  dayOfWeek: true,
  dayOfYear: true,
}

function readOptions(data: unknown, path: Path): CallOptions {
  const properties = propertiesOf(data, ['type', 'unit', 'path'], path)
  return Object.freeze({
    ...optional(properties, 'type', path, typeOf),
    ...optional(properties, 'unit', path, (unit, place) =>
      oneOf(unit, Object.keys(dateUnits) as DateUnit[], place),
    ),
    ...optional(properties, 'path', path, (keys, place) =>
      jsonPathOf(
        itemsOf(keys, place, (key) => key),
        place,
      ),
    ),
  })
}

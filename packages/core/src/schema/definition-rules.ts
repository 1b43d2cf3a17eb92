import { HoldfastError, isHoldfastError } from '../backend/errors.js'
import { typeOfExpression } from '../expression/type-of.js'
import type { Expression } from '../expression/types.js'
import type { RelationColumns } from '../relation/types.js'
import { isStored } from './codecs.js'
import { describeType } from './describe.js'
import { fixedKeySize } from './key-size.js'
import { limits } from './limits.js'
import { didYouMean } from './nearest.js'
import type {
  CheckDefinition,
  ColumnDefinition,
  IndexDefinition,
  LogicalType,
  TableDefinition,
} from './types.js'

/**
 * Refuses a definition whose parts do not fit together. Names are looked at by `validateTableDefinition`.
 *
 * @throws HoldfastError `INVALID_ARGUMENT`; for checks also `TYPE_MISMATCH`, `UNKNOWN_COLUMN` and `LIMIT_EXCEEDED`
 */
export function checkDefinition(table: TableDefinition): void {
  const fail = (problem: string): never => {
    throw new HoldfastError('INVALID_ARGUMENT', `table "${table.name}": ${problem}`, { table: table.name })
  }
  const columns = new Map(table.columns.map((column) => [column.name, column]))
  if (columns.size === 0) fail('it needs a column')
  if (columns.size < table.columns.length) fail('two columns have the same name')
  if (columns.has('__proto__')) fail('a JavaScript object cannot hold a column named __proto__')
  for (const column of table.columns) checkColumn(column, table, fail)
  if (table.columns.filter((column) => column.version).length > 1) fail('it has more than one version column')
  checkKey(table, columns, fail)
  for (const index of table.indexes) checkIndex(index, columns, fail)
  for (const check of table.checks) checkCondition(check, columns, fail)
}

type Fail = (problem: string) => never
type Columns = ReadonlyMap<string, ColumnDefinition>

function checkColumn(column: ColumnDefinition, { primaryKey }: TableDefinition, fail: Fail): void {
  const { name, type, nullable, generated, version } = column
  const say = (problem: string) => fail(`the column "${name}" ${problem}`)
  if (column.default !== undefined) checkDefault(column, say)
  if (generated !== undefined) {
    if (type.name !== 'integer' && type.name !== 'bigint')
      say('is generated, so it must be an integer or a bigint')
    if (primaryKey.length !== 1 || primaryKey[0] !== name)
      say('is generated, so it must be the whole primary key')
    if (column.default !== undefined) say('is generated, so it cannot have a default')
  }
  if (version === undefined) return
  if (type.name !== 'integer') say('is the version, so it must be an integer')
  if (nullable) say('is the version, so it cannot be nullable')
  if (primaryKey.includes(name)) say('is the version, so it cannot be part of the primary key')
  if (column.default !== undefined) say('is the version, so it cannot have a default')
}

function checkDefault({ type, nullable, default: given }: ColumnDefinition, say: Fail): void {
  if (given === undefined) return
  switch (given.kind) {
    case 'now':
      if (type.name !== 'date' && type.name !== 'timestamp') {
        say("has the default 'now', so it must be a date or a timestamp")
      }
      return
    case 'uuid':
      if (type.name !== 'uuid') say("has the default 'uuid', so it must be a uuid")
      return
    case 'value':
      if (given.value === null ? !nullable : !isStored(type, given.value)) {
        say(`has a default that is not ${describeType(type)}`)
      }
  }
}

function checkKey({ primaryKey }: TableDefinition, columns: Columns, fail: Fail): void {
  const named = namedColumns('the primary key', primaryKey, columns, fail)
  for (const { name, nullable } of named)
    if (nullable) fail(`the column "${name}" is part of the key, so it cannot be nullable`)
  const smallest = named.reduce((sum, { type }) => sum + fixedKeySize(type), 0)
  if (smallest > limits.maxKeyBytes)
    fail(`its primary key takes more than ${limits.maxKeyBytes} bytes: use fewer columns`)
}

function checkIndex({ name, columns: names }: IndexDefinition, columns: Columns, fail: Fail): void {
  if (names.length === 0) fail(`the index "${name}" needs a column`)
  namedColumns(`the index "${name}"`, names, columns, fail)
}

/** The columns that a key or index names: each there, named once, and of a type that has an order. */
function namedColumns(
  owner: string,
  names: readonly string[],
  columns: Columns,
  fail: Fail,
): ColumnDefinition[] {
  if (new Set(names).size < names.length) fail(`${owner} names a column twice`)
  return names.map((name) => {
    const column =
      columns.get(name) ??
      fail(`${owner} names "${name}", which is no column${didYouMean(name, columns.keys())}`)
    if (isUnordered(column.type))
      fail(`the column "${name}" is json, so it cannot be part of ${owner}: it has no order`)
    return column
  })
}

/** Json can be compared for equality only (JSON-2). */
function isUnordered(type: LogicalType): boolean {
  return type.name === 'json'
}

function checkCondition({ name, condition }: CheckDefinition, columns: RelationColumns, fail: Fail): void {
  const { type } = typeOf(name, condition, columns, fail)
  if (type.name !== 'boolean')
    fail(`the check "${name}" is a ${type.name} expression, so it can be neither true nor false`)
  if (hasParameter(condition)) fail(`the check "${name}" has a parameter: a check holds all of its values`)
}

function typeOf(name: string, condition: Expression, columns: RelationColumns, fail: Fail) {
  try {
    return typeOfExpression(condition, columns, `checks.${name}`)
  } catch (error) {
    if (isHoldfastError(error)) throw error
    return fail(`the check "${name}" is no expression`)
  }
}

function hasParameter(expression: Expression): boolean {
  if (expression.kind === 'call') return expression.arguments.some(hasParameter)
  return expression.kind === 'parameter'
}

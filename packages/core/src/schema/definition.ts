import {
  copyData,
  invalid,
  itemsOf,
  oneOf,
  optional,
  propertiesOf,
  tagOf,
  textOf,
  typeOf,
} from '../expression/json-reader.js'
import { failure, printPath, within } from '../expression/path.js'
import type { Path } from '../expression/path.js'
import type { Expression } from '../expression/types.js'
import { checkDefinition } from './definition-rules.js'
import { describeValue } from './describe.js'
import { limits } from './limits.js'
import type {
  CheckDefinition,
  ColumnDefinition,
  DefaultDefinition,
  IndexDefinition,
  LogicalType,
  StoredValue,
  TableDefinition,
} from './types.js'

/** How the two parts of a definition are read whose form is not the same as data and as JSON. */
export interface DefinitionForm {
  readonly value: (type: LogicalType, value: unknown, path: string) => StoredValue
  readonly condition: (condition: unknown, path: string) => Expression
}

/**
 * Reads a definition from anything: checks its form and all rules but those of names (WRITE-9) and of a key that must be
 * there, which tables made by other programs need not keep. The result is a frozen copy that shares nothing with the input.
 *
 * @throws HoldfastError `INVALID_ARGUMENT`, with the path of the mistake; for checks also `TYPE_MISMATCH`, `UNKNOWN_COLUMN`
 * and `LIMIT_EXCEEDED`
 */
export function readDefinition(input: unknown, form: DefinitionForm): TableDefinition {
  const data = copyData(input, 'the table definition', undefined)
  const { name, columns, primaryKey, indexes, checks } = propertiesOf(data, definitionProperties, undefined)
  const definition: TableDefinition = Object.freeze({
    name: nameOf(name, at('name')),
    columns: listOf(columns, at('columns'), (column, path) => readColumn(column, path, form)),
    primaryKey: listOf(primaryKey, at('primaryKey'), nameOf),
    indexes: listOf(indexes, at('indexes'), readIndex),
    checks: listOf(checks, at('checks'), (check, path) => readCheck(check, path, form)),
  })
  checkDefinition(definition)
  return definition
}

const definitionProperties = ['name', 'columns', 'primaryKey', 'indexes', 'checks']
const columnProperties = ['name', 'type', 'nullable', 'default', 'generated', 'version']

function at(property: string): Path {
  return within(undefined, property)
}

function readColumn(data: unknown, path: Path, form: DefinitionForm): ColumnDefinition {
  const properties = propertiesOf(data, columnProperties, path)
  const type = typeOf(properties.type, within(path, 'type'))
  return Object.freeze({
    name: nameOf(properties.name, within(path, 'name')),
    type,
    nullable: flagOf(properties.nullable, within(path, 'nullable')),
    ...optional(properties, 'default', path, (given, place) => readDefault(type, given, place, form)),
    ...optional(properties, 'generated', path, (given, place) => oneOf(given, ['increment'], place)),
    ...optional(properties, 'version', path, readVersion),
  })
}

function readDefault(type: LogicalType, data: unknown, path: Path, form: DefinitionForm): DefaultDefinition {
  const { value } = propertiesOf(data, ['kind', 'value'], path)
  const kind = tagOf(data, 'kind', ['value', 'now', 'uuid'], path)
  if (kind !== 'value') return Object.freeze({ kind })
  return Object.freeze({
    kind,
    value: value === null ? null : form.value(type, value, print(within(path, 'value'))),
  })
}

function readVersion(data: unknown, path: Path): true {
  if (data === true) return data
  throw invalid('a version is true or absent', path)
}

function readIndex(data: unknown, path: Path): IndexDefinition {
  const { name, columns, unique } = propertiesOf(data, ['name', 'columns', 'unique'], path)
  return Object.freeze({
    name: nameOf(name, within(path, 'name')),
    columns: listOf(columns, within(path, 'columns'), nameOf),
    unique: flagOf(unique, within(path, 'unique')),
  })
}

function readCheck(data: unknown, path: Path, form: DefinitionForm): CheckDefinition {
  const { name, condition } = propertiesOf(data, ['name', 'condition'], path)
  return Object.freeze({
    name: nameOf(name, within(path, 'name')),
    condition: deepFreeze(form.condition(condition, print(within(path, 'condition')))),
  })
}

/** Each item of an array, read. */
export function listOf<Item>(
  data: unknown,
  path: Path,
  read: (item: unknown, path: Path) => Item,
): readonly Item[] {
  // An array can claim billions of items without having one.
  if (Array.isArray(data) && data.length > limits.maxParts) {
    throw failure('LIMIT_EXCEEDED', `at most ${limits.maxParts} are possible here`, path)
  }
  return itemsOf(data, path, read)
}

function nameOf(data: unknown, path: Path): string {
  const name = textOf(data, path)
  if (name !== '') return name
  throw invalid('a name is not empty', path)
}

function flagOf(data: unknown, path: Path): boolean {
  if (typeof data === 'boolean') return data
  throw invalid(`true or false is wanted, not ${describeValue(data)}`, path)
}

function print(path: Path): string {
  return printPath(path) ?? ''
}

function deepFreeze<Value>(value: Value): Value {
  // A typed array with elements cannot be frozen.
  if (typeof value !== 'object' || value === null || Object.isFrozen(value) || ArrayBuffer.isView(value))
    return value
  Object.freeze(value)
  Object.values(value).forEach(deepFreeze)
  return value
}

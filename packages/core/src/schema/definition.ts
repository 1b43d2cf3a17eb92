import { HoldfastError } from '../backend/errors.js'
import type { Expression } from '../expression/types.js'
import { checkDefinition } from './definition-rules.js'
import { guard, membersOf } from './guard.js'
import { refuseType } from './logical-type.js'
import { didYouMean } from './nearest.js'
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
 * @throws HoldfastError `INVALID_ARGUMENT`, with the path of the mistake; for checks also `TYPE_MISMATCH` and `UNKNOWN_COLUMN`
 */
export function readDefinition(input: unknown, form: DefinitionForm): TableDefinition {
  // The clone runs each accessor once and refuses functions and proxies; from here on it is data.
  const data: unknown = guard('INVALID_ARGUMENT', 'the table definition', () => structuredClone(input))
  const { name, columns, primaryKey, indexes, checks } = members(data, 'definition', definitionFields)
  const definition: TableDefinition = {
    name: text(name, 'name'),
    columns: list(columns, 'columns', (column, path) => readColumn(column, path, form)),
    primaryKey: list(primaryKey, 'primaryKey', text),
    indexes: list(indexes, 'indexes', readIndex),
    checks: list(checks, 'checks', (check, path) => readCheck(check, path, form)),
  }
  checkDefinition(definition)
  return deepFreeze(definition)
}

const definitionFields = ['name', 'columns', 'primaryKey', 'indexes', 'checks']
const columnFields = ['name', 'type', 'nullable', 'default', 'generated', 'version']
const typeFields = ['name', 'precision', 'scale', 'unit']

function readColumn(input: unknown, path: string, form: DefinitionForm): ColumnDefinition {
  const { name, type, nullable, default: given, generated, version } = members(input, path, columnFields)
  if (generated !== undefined && generated !== 'increment')
    throw invalid(`${path}.generated`, "is 'increment' or absent")
  if (version !== undefined && version !== true) throw invalid(`${path}.version`, 'is true or absent')
  const logical = readType(type, `${path}.type`)
  return {
    name: text(name, `${path}.name`),
    type: logical,
    nullable: flag(nullable, `${path}.nullable`),
    ...(given === undefined ? {} : { default: readDefault(logical, given, `${path}.default`, form) }),
    ...(generated === undefined ? {} : { generated }),
    ...(version === undefined ? {} : { version }),
  }
}

function readType(input: unknown, path: string): LogicalType {
  const type = { ...members(input, path, typeFields) }
  refuseType(type, path)
  return type
}

function readDefault(
  type: LogicalType,
  input: unknown,
  path: string,
  form: DefinitionForm,
): DefaultDefinition {
  const { kind, value } = members(input, path, ['kind', 'value'])
  if (kind === 'now' || kind === 'uuid') return { kind }
  if (kind !== 'value') throw invalid(`${path}.kind`, "is 'value', 'now' or 'uuid'")
  return { kind, value: value === null ? null : form.value(type, value, `${path}.value`) }
}

function readIndex(input: unknown, path: string): IndexDefinition {
  const { name, columns, unique } = members(input, path, ['name', 'columns', 'unique'])
  return {
    name: text(name, `${path}.name`),
    columns: list(columns, `${path}.columns`, text),
    unique: flag(unique, `${path}.unique`),
  }
}

function readCheck(input: unknown, path: string, form: DefinitionForm): CheckDefinition {
  const { name, condition } = members(input, path, ['name', 'condition'])
  return { name: text(name, `${path}.name`), condition: form.condition(condition, `${path}.condition`) }
}

function members(input: unknown, path: string, known: readonly string[]): Readonly<Record<string, unknown>> {
  const found = membersOf(input, 'INVALID_ARGUMENT', path)
  if (found === undefined) throw invalid(path, 'must be an object')
  const stranger = Object.keys(found).find((name) => !known.includes(name))
  if (stranger !== undefined) {
    throw invalid(
      path,
      `has no property ${JSON.stringify(stranger.slice(0, 80))}${didYouMean(stranger, known)}`,
    )
  }
  return found
}

function list<Item>(
  input: unknown,
  path: string,
  read: (item: unknown, path: string) => Item,
): readonly Item[] {
  if (!Array.isArray(input)) throw invalid(path, 'must be an array')
  return input.map((item: unknown, index) => read(item, `${path}[${index}]`))
}

function text(input: unknown, path: string): string {
  if (typeof input !== 'string' || input === '') throw invalid(path, 'must be a text that is not empty')
  return input
}

function flag(input: unknown, path: string): boolean {
  if (typeof input !== 'boolean') throw invalid(path, 'must be true or false')
  return input
}

function invalid(path: string, problem: string): HoldfastError {
  return new HoldfastError('INVALID_ARGUMENT', `${path} ${problem}`, { path })
}

function deepFreeze<Value>(value: Value): Value {
  // A typed array with elements cannot be frozen.
  if (typeof value !== 'object' || value === null || Object.isFrozen(value) || ArrayBuffer.isView(value))
    return value
  Object.freeze(value)
  Object.values(value).forEach(deepFreeze)
  return value
}

import { HoldfastError } from '../backend/errors.js'
import type { ColumnExpression } from '../expression/builder.js'
import { expressionOf } from '../expression/expression-of.js'
import { guarded } from '../expression/guard.js'
import { copyData } from '../expression/json-reader.js'
import { within } from '../expression/path.js'
import { rowExpressions } from '../expression/row-expressions.js'
import type { Expression } from '../expression/types.js'
import { Column } from './columns.js'
import type { ColumnSettings } from './columns.js'
import { listOf, readDefinition } from './definition.js'
import type { DefinitionForm } from './definition.js'
import { describeValue } from './describe.js'
import { guard, membersOf } from './guard.js'
import { limits } from './limits.js'
import { checkName } from './names.js'
import { didYouMean } from './nearest.js'
import type { ColumnMap, NamesWith, RowExpressions, Table } from './row-types.js'
import type { ColumnDefinition, StoredValue, TableDefinition } from './types.js'
import { validateTableDefinition } from './validate.js'

export type { ColumnMap, InsertOf, KeyOf, PatchOf, RowExpressions, RowOf, Table } from './row-types.js'

export interface IndexOptions<Name extends string = string> {
  /** Default: the table's name and the columns', joined by `_`. */
  readonly name?: string
  readonly columns: readonly Name[]
  /** Whether no two rows may have the same values in all of the columns; rows with a null there are ignored (NULL-7). */
  readonly unique?: boolean
}

/** Builds the condition that a row must not fail: it is refused where the condition is false, and passes where it is null. */
export type CheckBuilder<Columns extends ColumnMap> = (
  row: RowExpressions<Columns>,
) => ColumnExpression<boolean | null, 'boolean'>

export interface TableOptions<Columns extends ColumnMap, Key extends readonly string[] = readonly string[]> {
  /** The columns of the primary key in their order; instead of `.primaryKey()` on the columns. */
  readonly primaryKey?: Key
  readonly indexes?: readonly IndexOptions<keyof Columns & string>[]
  /** Conditions by name (WRITE-6). */
  readonly checks?: Readonly<Record<string, CheckBuilder<Columns>>>
}

/**
 * Declares a table. Nothing is created: `db.ensure(table)` does that. What it is given is copied.
 *
 * @throws HoldfastError `INVALID_ARGUMENT` when a name, the key, an index, a check, a default or a version is not
 * acceptable; for checks also `TYPE_MISMATCH`, `UNKNOWN_COLUMN` and `LIMIT_EXCEEDED`
 */
export function table<
  Columns extends ColumnMap,
  const Key extends readonly (keyof Columns & string)[] = readonly NamesWith<Columns, 'key'>[],
>(name: string, columns: Columns, options: TableOptions<Columns, Key> = {}): Table<Columns, Key> {
  checkName('table', name)
  const named = readColumns(columns)
  const { primaryKey, indexes, checks } = readOptions(options)
  const draft = {
    name,
    columns: named.map(defineColumn),
    primaryKey: keyOf(named, primaryKey),
    indexes: [...uniqueIndexes(named), ...readIndexes(indexes)].map((index) => nameIndex(name, index)),
    checks: [],
  }
  // Expressions are built on a definition that is known to be good.
  const definition = readDefinition(draft, asData)
  validateTableDefinition(definition)
  const built = readChecks(definition, checks)
  return asTable<Columns, Key>(built.length === 0 ? definition : strictly({ ...draft, checks: built }))
}

/**
 * A table whose columns are known at run time only: one found in a database, or read from JSON. Names, and the want of a
 * primary key, are as the program that made the table chose them; `db.ensure(table)` refuses what not every engine can create.
 *
 * @throws HoldfastError `INVALID_ARGUMENT` when the parts of the definition do not fit together
 */
export function tableFromDefinition(definition: TableDefinition): Table {
  return asTable(readDefinition(definition, asData))
}

const asData: DefinitionForm = {
  // The rules look at both afterwards.
  value: (_type, value) => value as StoredValue,
  condition: (condition) => condition as Expression,
}

function strictly(draft: unknown): TableDefinition {
  const definition = readDefinition(draft, asData)
  validateTableDefinition(definition)
  return definition
}

function asTable<Columns extends ColumnMap, Key extends readonly string[]>(
  definition: TableDefinition,
): Table<Columns, Key> {
  // The other member of a table exists in the types only.
  return Object.freeze({ definition }) as Table<Columns, Key>
}

/**
 * Columns by themselves, as files have them: what the builders say of type and null.
 *
 * @throws HoldfastError `INVALID_ARGUMENT`
 */
export function definedColumns(columns: unknown): readonly ColumnDefinition[] {
  return readColumns(columns).map(({ name, type, nullable }) => ({ name, type, nullable }))
}

interface NamedSettings extends ColumnSettings {
  readonly name: string
}

function readColumns(columns: unknown): readonly NamedSettings[] {
  const found = membersOf(columns, 'INVALID_ARGUMENT', 'columns')
  if (found === undefined)
    throw invalid('columns', `must be an object of columns, not ${describeValue(columns)}`)
  return Object.entries(found).map(([name, column]) => {
    checkName('column', name)
    const settings = guard('INVALID_ARGUMENT', `columns.${name}`, () =>
      column instanceof Column ? column.settings : undefined,
    )
    if (settings !== undefined) return { name, ...settings }
    throw invalid(
      `columns.${name}`,
      `must be a column, such as integer() or text(), not ${describeValue(column)}`,
    )
  })
}

function defineColumn({ primaryKey: _key, unique: _unique, ...definition }: NamedSettings): ColumnDefinition {
  return definition
}

const optionNames = ['primaryKey', 'indexes', 'checks']

function readOptions(options: unknown): Readonly<Record<string, unknown>> {
  const found = membersOf(options, 'INVALID_ARGUMENT', 'options')
  if (found === undefined) throw invalid('options', `must be an object, not ${describeValue(options)}`)
  const stranger = Object.keys(found).find((name) => !optionNames.includes(name))
  if (stranger === undefined) return found
  throw invalid(
    'options',
    `has no option ${JSON.stringify(stranger.slice(0, 80))}${didYouMean(stranger, optionNames)}`,
  )
}

function keyOf(columns: readonly NamedSettings[], stated: unknown): unknown {
  const marked = columns.filter((column) => column.primaryKey).map(({ name }) => name)
  if (stated === undefined) return marked
  const names = readArray(stated, 'primaryKey')
  if (marked.every((name) => names.includes(name))) return names
  throw invalid(
    'primaryKey',
    'differs from the columns marked with .primaryKey(): state the key in one place',
  )
}

function uniqueIndexes(columns: readonly NamedSettings[]): readonly unknown[] {
  return columns.filter((column) => column.unique).map(({ name }) => ({ columns: [name], unique: true }))
}

function readIndexes(indexes: unknown): readonly unknown[] {
  return indexes === undefined ? [] : readArray(indexes, 'indexes')
}

/** Fills in what an index leaves out. Whatever else is wrong with it, reading the definition finds. */
function nameIndex(table: string, input: unknown): unknown {
  const index = membersOf(input, 'INVALID_ARGUMENT', 'indexes')
  if (index === undefined) return input
  const { name, unique = false, ...rest } = index
  return { ...rest, unique, name: name ?? [table, ...namesIn(rest.columns)].join('_') }
}

function namesIn(columns: unknown): readonly unknown[] {
  if (!Array.isArray(columns) || columns.length > limits.maxParts) return []
  return columns.filter((name) => typeof name === 'string')
}

function readChecks(definition: TableDefinition, checks: unknown = {}): readonly unknown[] {
  const found = membersOf(checks, 'INVALID_ARGUMENT', 'checks')
  if (found === undefined)
    throw invalid('checks', `must be an object of functions, not ${describeValue(checks)}`)
  return Object.entries(found).map(([name, build]) => {
    checkName('check', name)
    if (!isFunction(build)) throw invalid(`checks.${name}`, `must be a function, not ${describeValue(build)}`)
    const condition = guarded('INVALID_ARGUMENT', `the check "${name}"`, undefined, () =>
      build(rowExpressions(definition)),
    )
    return { name, condition: expressionOf(condition, `checks.${name}`) }
  })
}

function isFunction(value: unknown): value is (row: unknown) => unknown {
  return typeof value === 'function'
}

/** The items of an array, copied as plain data: no accessor or proxy is left in them. */
function readArray(input: unknown, path: string): readonly unknown[] {
  return listOf(copyData(input, path, undefined), within(undefined, path), (item) => item)
}

function invalid(path: string, problem: string): HoldfastError {
  return new HoldfastError('INVALID_ARGUMENT', `${path} ${problem}`, { path })
}

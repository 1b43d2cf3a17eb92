import { didYouMean, HoldfastError, tableFromDefinition } from '@holdfast/core/backend'
import type { TableDefinition } from '@holdfast/core/backend'
import type { NamedColumn } from './types.js'

type Check = (value: unknown) => string | undefined

/** What an option must be; given its value, says so if it is not. */
const oneOf =
  (...words: readonly unknown[]): Check =>
  (value) =>
    words.includes(value) ? undefined : words.map((word) => JSON.stringify(word)).join(' or ')

const upTo =
  (most: number): Check =>
  (value) =>
    Number.isInteger(value) && (value as number) > 0 && (value as number) <= most
      ? undefined
      : `a whole number from 1 to ${most}`

const checks = {
  name: (value) => (typeof value === 'string' ? undefined : 'a text'),
  table: (value) => (definitionIn(value) === undefined ? 'a table, as table() makes it' : undefined),
  columns: (value) => (isColumns(value) ? undefined : 'an array of columns with name, type and nullable'),
  form: oneOf('user', 'stored'),
  compression: oneOf('none', 'gzip', 'zstd'),
  signal: (value) => (value instanceof AbortSignal ? undefined : 'an AbortSignal'),
  separator: oneOf(',', ';', '\t', '|'),
  header: oneOf(true, false),
  rowGroupRows: upTo(2 ** 31 - 1),
  pageRows: upTo(2 ** 20),
  metadata: (value) => (isMetadata(value) ? undefined : metadataRule),
} as const satisfies Record<string, Check>

/** How the pages of Parquet are packed. */
const pageCompression = oneOf('zstd', 'snappy', 'gzip', 'none')

const metadataRule = 'an object of texts, of which no name begins with "holdfast"'

const general = ['table', 'columns', 'form', 'compression', 'signal']

/**
 * Refuses options that do not exist and values that are not acceptable.
 *
 * @param own the options that the format has besides those of all formats
 * @throws HoldfastError `INVALID_ARGUMENT`
 */
export function checkOptions(
  options: object,
  own: readonly string[] = [],
  format: 'text' | 'parquet' = 'text',
): void {
  if (typeof options !== 'object' || options === null)
    throw invalid('options', 'options must be an object with a table, or with columns.')
  const checksOfFormat = format === 'parquet' ? { ...checks, compression: pageCompression } : checks
  const given = checkEach(options, [...general, ...own], checksOfFormat)
  const shapes = given.filter(([name]) => name === 'table' || name === 'columns')
  if (shapes.length !== 1) throw invalid('options', 'options must state either a table or columns.')
}

/**
 * As `checkOptions`, for opening a Parquet file.
 *
 * @throws HoldfastError `INVALID_ARGUMENT`
 */
export function checkOpenOptions(options: object): void {
  checkEach(options, ['name', 'columns'], checks)
}

const inferChecks = {
  ...checks,
  columns: (value) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? undefined
      : 'an object with what is known of columns under their names',
  format: oneOf('csv', 'ndjson', 'json', 'parquet'),
  rows: upTo(Number.MAX_SAFE_INTEGER),
} as const satisfies Record<string, Check>

/**
 * As `checkOptions`, for inferring the columns of a file.
 *
 * @throws HoldfastError `INVALID_ARGUMENT`
 */
export function checkInferOptions(options: object): void {
  const known = ['format', 'rows', 'columns', 'compression', 'signal', 'separator', 'header']
  checkEach(options, known, inferChecks)
}

function checkEach(
  options: object,
  known: readonly string[],
  allChecks: Readonly<Record<string, Check>>,
): readonly (readonly [string, unknown])[] {
  const given = Object.entries(options).filter(([, value]) => value !== undefined)
  for (const [name, value] of given) {
    if (!known.includes(name))
      throw invalid('options', `options has no option "${name}"${didYouMean(name, known)}`)
    const wanted = allChecks[name]!(value)
    if (wanted !== undefined) throw invalid(`options.${name}`, `options.${name} must be ${wanted}.`)
  }
  return given
}

function isMetadata(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
  return Object.entries(value).every(
    ([name, text]) =>
      typeof text === 'string' && text.isWellFormed() && name.isWellFormed() && !name.startsWith('holdfast'),
  )
}

/** The definition in a table. */
function definitionIn(table: unknown): TableDefinition | undefined {
  if (typeof table !== 'object' || table === null || !('definition' in table)) return undefined
  return tableFromDefinition(table.definition as TableDefinition).definition
}

function isColumns(value: unknown): value is readonly NamedColumn[] {
  if (!Array.isArray(value) || value.length === 0) return false
  const columns = value as readonly Partial<NamedColumn>[]
  const names = new Set(columns.map(({ name }) => name))
  return (
    names.size === columns.length &&
    columns.every(
      ({ name, type, nullable }) =>
        typeof name === 'string' &&
        name !== '' &&
        typeof type?.name === 'string' &&
        typeof nullable === 'boolean',
    )
  )
}

function invalid(path: string, message: string): HoldfastError {
  return new HoldfastError('INVALID_ARGUMENT', message, { path })
}

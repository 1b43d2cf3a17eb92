import { didYouMean, HoldfastError, tableFromDefinition } from '@holdfast/core/backend'
import type { TableDefinition } from '@holdfast/core/backend'
import type { NamedColumn } from './types.js'

type Check = (value: unknown) => string | undefined

/** What an option must be; given its value, says so if it is not. */
const oneOf =
  (...words: readonly unknown[]): Check =>
  (value) =>
    words.includes(value) ? undefined : words.map((word) => JSON.stringify(word)).join(' or ')

const checks = {
  name: (value) => (typeof value === 'string' ? undefined : 'a text'),
  table: (value) => (definitionIn(value) === undefined ? 'a table, as table() makes it' : undefined),
  columns: (value) => (isColumns(value) ? undefined : 'an array of columns with name, type and nullable'),
  form: oneOf('user', 'stored'),
  compression: oneOf('none', 'gzip', 'zstd'),
  signal: (value) => (value instanceof AbortSignal ? undefined : 'an AbortSignal'),
  separator: oneOf(',', ';', '\t', '|'),
  header: oneOf(true, false),
  rowGroupRows: (value) =>
    Number.isSafeInteger(value) && (value as number) > 0 ? undefined : 'a whole number above 0',
  metadata: (value) => (isMetadata(value) ? undefined : metadataRule),
} as const satisfies Record<string, Check>

type Option = keyof typeof checks

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
  const known = [...general, ...own]
  const given = Object.entries(options).filter(([, value]) => value !== undefined)
  for (const [name, value] of given) {
    if (!known.includes(name))
      throw invalid('options', `options has no option "${name}"${didYouMean(name, known)}`)
    const check = format === 'parquet' && name === 'compression' ? pageCompression : checks[name as Option]
    const wanted = check(value)
    if (wanted !== undefined) throw invalid(`options.${name}`, `options.${name} must be ${wanted}.`)
  }
  const shapes = given.filter(([name]) => name === 'table' || name === 'columns')
  if (shapes.length !== 1) throw invalid('options', 'options must state either a table or columns.')
}

/**
 * As `checkOptions`, for opening a Parquet file.
 *
 * @throws HoldfastError `INVALID_ARGUMENT`
 */
export function checkOpenOptions(options: object): void {
  const known = ['name', 'columns']
  for (const [name, value] of Object.entries(options)) {
    if (value === undefined) continue
    if (!known.includes(name))
      throw invalid('options', `options has no option "${name}"${didYouMean(name, known)}`)
    const wanted = checks[name as 'name' | 'columns'](value)
    if (wanted !== undefined) throw invalid(`options.${name}`, `options.${name} must be ${wanted}.`)
  }
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

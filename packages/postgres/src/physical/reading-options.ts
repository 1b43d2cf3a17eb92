import { didYouMean, HoldfastError } from '@holdfast/core/backend'
import type { TableDefinition, TypeName } from '@holdfast/core/backend'

export function invalid(path: string, problem: string): HoldfastError {
  return new HoldfastError('INVALID_ARGUMENT', `${path.slice(0, 120)} ${problem}.`, { path })
}

/** Refuses what is no object of options, or has others than these. */
export function checkOptions(options: unknown, path: string, names?: readonly string[]): void {
  if (typeof options !== 'object' || options === null || Array.isArray(options))
    throw invalid(path, 'must be an object of options')
  const stranger = names && Object.keys(options).find((name) => !names.includes(name))
  if (stranger === undefined) return
  const shown = JSON.stringify(stranger.slice(0, 80))
  throw invalid(path, `has no option ${shown}${didYouMean(stranger, names!)}`)
}

export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? (value as readonly unknown[]) : [value]
}

/** The name of a column, of one of the types where these are given. */
export function columnOf(
  { name, columns }: TableDefinition,
  value: unknown,
  path: string,
  types?: readonly TypeName[],
): string {
  const column = columns.find((candidate) => candidate.name === value)
  if (column === undefined) {
    const shown = typeof value === 'string' ? ` ${JSON.stringify(value.slice(0, 80))}` : ''
    const near =
      typeof value === 'string'
        ? didYouMean(
            value,
            columns.map((candidate) => candidate.name),
          )
        : ''
    throw invalid(path, `must name columns of the table "${name}"; there is none${shown}${near}`)
  }
  if (types === undefined || types.includes(column.type.name)) return column.name
  throw invalid(path, `takes a column of ${types.join(' or ')}: "${column.name}" is of ${column.type.name}`)
}

/** Names of columns, one or a list of them, none of them twice. */
export function columnsOf(
  definition: TableDefinition,
  value: unknown,
  path: string,
  types?: readonly TypeName[],
): readonly string[] {
  const names = listOf(value).map((name) => columnOf(definition, name, path, types))
  if (names.length === 0) throw invalid(path, 'must name at least one column')
  if (new Set(names).size < names.length) throw invalid(path, 'names a column twice')
  return names
}

import { HoldfastError, invalidOption, option } from '@holdfast/core/backend'
import { existsSync, statSync } from 'node:fs'
import { dirname, resolve } from 'node:path'

/** For engines whose database is one file, or is held in memory. */

/** What the option `path` must be. */
export const databasePath = option.text(
  'the path of a file, or ":memory:"',
  (value) => value.trim() === value,
)

/** Where a database is. */
export interface DatabasePlace {
  /** Absolute, or `:memory:`. */
  readonly path: string
  readonly memory: boolean
  readonly readOnly: boolean
}

/**
 * Where the options say that a database is.
 *
 * @param url what the engine would take for a URL
 * @throws HoldfastError `INVALID_ARGUMENT` for a URL, and a database in memory that is to be read only
 */
export function databasePlace(
  { path, readOnly = false }: { readonly path: string; readonly readOnly?: boolean },
  url: RegExp,
): DatabasePlace {
  const memory = path === ':memory:'
  if (memory && readOnly) throw invalidOption('readOnly', 'makes no sense for ":memory:", which begins empty')
  if (!memory && url.test(path)) throw invalidOption('path', 'is a URL: give the path of a file')
  return { path: memory ? path : resolve(path), memory, readOnly }
}

/**
 * Whether the file of a database is to be created.
 *
 * @throws HoldfastError `NOT_FOUND` where its folder is missing, or it is and may not be created; `INVALID_ARGUMENT` where
 * something else is in its place
 */
export function isToBeCreated({
  path,
  readOnly,
  create,
}: Pick<DatabasePlace, 'path' | 'readOnly'> & { readonly create: boolean }): boolean {
  const folder = dirname(path)
  if (!existsSync(folder)) {
    throw new HoldfastError(
      'NOT_FOUND',
      `The folder of the database does not exist: ${folder}. Create it first.`,
    )
  }
  if (existsSync(path)) {
    if (statSync(path).isFile()) return false
    throw new HoldfastError('INVALID_ARGUMENT', `The path of the database is no file: ${path}`)
  }
  if (readOnly || !create) {
    throw new HoldfastError('NOT_FOUND', `The database file does not exist: ${path}`)
  }
  return true
}

import { HoldfastError, throwIfAborted } from '@holdfast/core/backend'
import type { MaybePromise } from '@holdfast/core/backend'
import Database from 'better-sqlite3'
import { closeSync, existsSync, openSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { guarded } from './errors.js'
import { registerFunctions } from './functions/registered.js'
import type { ResolvedOptions } from './options.js'
import { retrying } from './retry.js'

/** Rights of a new file: the owner's only. SQLite gives the files that it makes beside it the same. */
const fileMode = 0o600

/** Opens the connection that writes (or, of a database that is only read, the first one) and prepares the file. */
export async function openWriter(options: ResolvedOptions, signal?: AbortSignal): Promise<Database.Database> {
  throwIfAborted(signal)
  const { path, memory, readOnly, timeout } = options
  if (!memory) checkFile(path, readOnly, options.create)
  const database = connect(options)
  try {
    await prepareFile(database, options, (attempt) => retrying(attempt, timeout, signal))
    configure(database, options)
    return database
  } catch (error) {
    database.close()
    throw error
  }
}

/** Opens a connection that only reads. */
export function openReader(options: ResolvedOptions): Database.Database {
  const database = guarded(() => connect({ ...options, readOnly: true }))
  configure(database, options)
  return database
}

function connect({ path, memory, readOnly }: ResolvedOptions): Database.Database {
  // Waiting for other processes is done without stopping the event loop, not by SQLite.
  return guarded(() => new Database(memory ? ':memory:' : path, { readonly: readOnly, timeout: 0 }))
}

function checkFile(path: string, readOnly: boolean, create: boolean): void {
  const folder = dirname(path)
  if (!existsSync(folder)) {
    throw new HoldfastError(
      'NOT_FOUND',
      `The folder of the database does not exist: ${folder}. Create it first.`,
    )
  }
  if (existsSync(path)) {
    if (statSync(path).isFile()) return
    throw new HoldfastError('INVALID_ARGUMENT', `The path of the database is no file: ${path}`)
  }
  if (readOnly || !create) {
    throw new HoldfastError('NOT_FOUND', `The database file does not exist: ${path}`)
  }
  try {
    closeSync(openSync(path, 'a', fileMode))
  } catch (cause) {
    throw new HoldfastError('IO', `The database file cannot be created: ${path}`, { cause })
  }
}

type Retry = <Result>(attempt: () => Result) => MaybePromise<Result>

/** What the file itself remembers: set first, and by whoever can write. */
async function prepareFile(
  database: Database.Database,
  { readOnly, memory, journalMode, pageSize }: ResolvedOptions,
  retry: Retry,
): Promise<void> {
  // The first statement that reads the file: says whether it is a database.
  await retry(() => database.pragma('schema_version'))
  if (readOnly || memory) return
  if (pageSize !== undefined) database.pragma(`page_size = ${pageSize}`)
  const mode = await retry(() => database.pragma(`journal_mode = ${journalMode}`, { simple: true }))
  if (mode === journalMode) return
  throw new HoldfastError(
    'UNSUPPORTED',
    `SQLite keeps the journal mode "${String(mode)}" instead of "${journalMode}" for this file: its file system may not allow it.`,
  )
}

function configure(database: Database.Database, options: ResolvedOptions): void {
  registerFunctions(database)
  const pragmas: readonly (readonly [name: string, value: number | string | undefined])[] = [
    ['synchronous', options.synchronous],
    ['cache_size', options.cacheSize],
    ['temp_store', options.tempStore],
    ['mmap_size', options.mmapSize],
    ['max_page_count', options.maxPageCount],
    ['foreign_keys', Number(options.foreignKeys)],
    ['recursive_triggers', Number(options.recursiveTriggers)],
    // What another program's schema says must not run functions that reach outside.
    ['trusted_schema', 0],
  ]
  for (const [name, value] of pragmas) {
    if (value !== undefined) guarded(() => database.pragma(`${name} = ${value}`))
  }
}

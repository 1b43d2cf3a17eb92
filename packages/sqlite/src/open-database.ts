import { HoldfastError, isHoldfastError, throwIfAborted } from '@holdfast/core/backend'
import type { MaybePromise } from '@holdfast/core/backend'
import { isToBeCreated } from '@holdfast/sql'
import Database from 'better-sqlite3'
import { closeSync, openSync } from 'node:fs'
import { guarded, hasResultCode } from './errors.js'
import { registerFunctions } from './functions/registered.js'
import type { ResolvedOptions } from './options.js'
import { retrying } from './retry.js'

/** Rights of a new file: the owner's only. SQLite gives the files that it makes beside it the same. */
const fileMode = 0o600

/** Opens the connection that writes (or, of a database that is only read, the first one) and prepares the file. */
export async function openWriter(options: ResolvedOptions, signal?: AbortSignal): Promise<Database.Database> {
  throwIfAborted(signal)
  const { path, memory, timeout } = options
  if (!memory && isToBeCreated(options)) createFile(path)
  const database = connect(options)
  try {
    await prepareFile(database, options, (attempt) => retrying(attempt, timeout, signal))
    configure(database, options)
    return database
  } catch (error) {
    database.close()
    throw notDatabase(path, error) ?? error
  }
}

/** The error that names the file, where it holds no database. */
function notDatabase(path: string, error: unknown): HoldfastError | undefined {
  const cause = isHoldfastError(error) ? error.cause : error
  if (!hasResultCode(cause, 'SQLITE_NOTADB')) return undefined
  const message = `The file is not a SQLite database, or it is damaged or encrypted: ${path}`
  return new HoldfastError('CORRUPT', message, { cause })
}

/** Opens a connection that only reads. */
export function openReader(options: ResolvedOptions): Database.Database {
  const database = guarded(() => connect({ ...options, readOnly: true }))
  configure(database, options)
  return database
}

/** Opens one more connection that writes, to a file that `openWriter` has prepared. */
export function openAnotherWriter(options: ResolvedOptions): Database.Database {
  const database = guarded(() => connect(options))
  configure(database, options)
  return database
}

function connect({ path, memory, readOnly }: ResolvedOptions): Database.Database {
  // Waiting for other processes is done without stopping the event loop, not by SQLite.
  return guarded(() => new Database(memory ? ':memory:' : path, { readonly: readOnly, timeout: 0 }))
}

function createFile(path: string): void {
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

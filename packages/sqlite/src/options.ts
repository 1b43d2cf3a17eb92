import { didYouMean, HoldfastError } from '@holdfast/core/backend'
import { resolve } from 'node:path'

export type JournalMode = 'wal' | 'delete' | 'truncate' | 'persist' | 'memory'
export type Synchronous = 'off' | 'normal' | 'full' | 'extra'
export type TempStore = 'default' | 'file' | 'memory'

export interface SqliteOptions {
  /** The database file, created when it is missing, or `:memory:`. */
  readonly path: string
  /** Opens the file to read only; it must exist. Default: false. */
  readonly readOnly?: boolean
  /** Whether a missing file is created. Default: true. */
  readonly create?: boolean
  /** Milliseconds to wait for another writer, of this process or another, before `BUSY`. Default: 5000. */
  readonly timeout?: number
  /**
   * Default: `wal`, in which reads never wait for a writer. The others have one connection, and reads wait for
   * transactions. `memory` may lose the database when the process dies.
   */
  readonly journalMode?: JournalMode
  /**
   * When SQLite waits for the disk. Default: `normal`. With `wal` an acknowledged write then survives the end of the process
   * always, and a loss of power except for the last moments; `full` makes it survive that too.
   */
  readonly synchronous?: Synchronous
  /** Pages of each connection's cache, or, negative, kibibytes. Default: -16000. */
  readonly cacheSize?: number
  /** Where temporary tables and sorts go. Default: what SQLite was built with. */
  readonly tempStore?: TempStore
  /** Bytes of the file to map into memory. Default: 0. */
  readonly mmapSize?: number
  /** Bytes of a page of a new file: a power of 2 from 512 to 65536. Default: 4096. */
  readonly pageSize?: number
  /** Pages that the file may grow to; beyond them writes fail with `LIMIT_EXCEEDED`. */
  readonly maxPageCount?: number
  /** Whether foreign keys that other programs declared are enforced. Default: true. */
  readonly foreignKeys?: boolean
  /** Whether triggers that other programs declared may set off themselves. Default: false. */
  readonly recursiveTriggers?: boolean
  /** Connections for streams that are kept open between streams; more are opened when needed. Default: 4. */
  readonly readers?: number
  /**
   * Whether reads that follow each other at once, with nothing but promises between them, may share one snapshot, which
   * makes them twice as fast. They see all that this and other databases of Holdfast in this process write. Default: true;
   * false where this process also writes the file through connections of its own.
   */
  readonly sharedReads?: boolean
}

export type ResolvedOptions = Required<
  Pick<
    SqliteOptions,
    | 'path'
    | 'readOnly'
    | 'create'
    | 'timeout'
    | 'journalMode'
    | 'synchronous'
    | 'foreignKeys'
    | 'recursiveTriggers'
    | 'readers'
    | 'sharedReads'
  >
> &
  Pick<SqliteOptions, 'cacheSize' | 'tempStore' | 'mmapSize' | 'pageSize' | 'maxPageCount'> & {
    readonly memory: boolean
  }

type Name = keyof SqliteOptions

/** Checks a value and says, if it is not acceptable, what is. */
interface Rule {
  readonly expected: string
  accepts(value: unknown): boolean
}

const flag: Rule = { expected: 'true or false', accepts: (value) => typeof value === 'boolean' }

function whole(least: number, most: number): Rule {
  return {
    expected: `a whole number from ${least} to ${most}`,
    accepts: (value) => Number.isInteger(value) && (value as number) >= least && (value as number) <= most,
  }
}

function oneOf(...values: readonly string[]): Rule {
  return {
    expected: `one of ${values.join(', ')}`,
    accepts: (value) => typeof value === 'string' && values.includes(value.toLowerCase()),
  }
}

const int32 = 2 ** 31 - 1

const rules: Readonly<Record<Name, Rule>> = {
  path: {
    expected: 'the path of a file, or ":memory:"',
    accepts: (value) =>
      typeof value === 'string' && value !== '' && !value.includes('\0') && value.trim() === value,
  },
  readOnly: flag,
  create: flag,
  timeout: whole(0, int32),
  journalMode: oneOf('wal', 'delete', 'truncate', 'persist', 'memory'),
  synchronous: oneOf('off', 'normal', 'full', 'extra'),
  cacheSize: whole(-int32, int32),
  tempStore: oneOf('default', 'file', 'memory'),
  mmapSize: whole(0, Number.MAX_SAFE_INTEGER),
  pageSize: {
    expected: 'a power of 2 from 512 to 65536',
    accepts: (value) => [512, 1024, 2048, 4096, 8192, 16384, 32768, 65536].includes(value as number),
  },
  maxPageCount: whole(1, 4_294_967_294),
  foreignKeys: flag,
  recursiveTriggers: flag,
  readers: whole(0, 64),
  sharedReads: flag,
}

/** Other names of options: those of SQLite's pragmas and of the systems whose configurations are taken over. */
const aliases: Readonly<Record<string, Name>> = {
  read_only: 'readOnly',
  readonly: 'readOnly',
  busy_timeout: 'timeout',
  journal_mode: 'journalMode',
  cache_size: 'cacheSize',
  temp_store: 'tempStore',
  mmap_size: 'mmapSize',
  page_size: 'pageSize',
  max_page_count: 'maxPageCount',
  foreign_keys: 'foreignKeys',
  recursive_triggers: 'recursiveTriggers',
  poolSize: 'readers',
  pool_size: 'readers',
}

const notThere =
  'it is a limit that SQLite is built with, not a setting of a database: statements of any length that is of use are taken'
const missing: Readonly<Record<string, string>> = { max_sql_length: notThere, maxSqlLength: notThere }

/**
 * The options with their defaults.
 *
 * @throws HoldfastError `INVALID_ARGUMENT` for an unknown option, naming the nearest, or a value that is not acceptable
 */
export function resolveOptions(given: SqliteOptions): ResolvedOptions {
  const options = readGiven(given)
  const path = options.path
  if (path === undefined) throw invalid('path', `is missing: it is ${rules.path.expected}`)
  const memory = path === ':memory:'
  const readOnly = options.readOnly ?? false
  if (memory && readOnly) throw invalid('readOnly', 'makes no sense for ":memory:", which begins empty')
  if (path.startsWith('file:')) throw invalid('path', 'is a URL: give the path of a file')
  return {
    timeout: 5000,
    create: true,
    synchronous: 'normal',
    foreignKeys: true,
    recursiveTriggers: false,
    readers: 4,
    sharedReads: true,
    ...options,
    journalMode: memory ? 'memory' : (options.journalMode ?? 'wal'),
    readOnly,
    memory,
    path: memory ? path : resolve(path),
  }
}

function readGiven(given: unknown): Partial<SqliteOptions> {
  if (typeof given !== 'object' || given === null) {
    throw new HoldfastError('INVALID_ARGUMENT', 'sqlite() takes an object of options with a path.')
  }
  const options: Partial<Record<Name, unknown>> = {}
  for (const [written, value] of Object.entries(given)) {
    if (value === undefined) continue
    const name = nameOf(written)
    if (name in options) throw invalid(written, `is given twice: it is another name of "${name}"`)
    options[name] = checked(name, written, value)
  }
  return options as Partial<SqliteOptions>
}

function nameOf(written: string): Name {
  if (Object.hasOwn(rules, written)) return written as Name
  if (Object.hasOwn(aliases, written)) return aliases[written]!
  if (Object.hasOwn(missing, written)) throw invalid(written, `does not exist: ${missing[written]!}`)
  const names = [...Object.keys(rules), ...Object.keys(aliases)]
  throw invalid(written, `does not exist${didYouMean(written, names)}`)
}

function checked(name: Name, written: string, value: unknown): unknown {
  if (name === 'journalMode' && typeof value === 'string' && value.toLowerCase() === 'off') {
    throw invalid(
      written,
      'cannot be "off": without a journal nothing can be undone. The nearest is "memory"',
    )
  }
  const rule = rules[name]
  if (!rule.accepts(value)) throw invalid(written, `must be ${rule.expected}`)
  const isText = typeof value === 'string' && name !== 'path'
  return isText ? value.toLowerCase() : value
}

function invalid(name: string, problem: string): HoldfastError {
  return new HoldfastError('INVALID_ARGUMENT', `The option "${name.slice(0, 80)}" ${problem}.`, {
    path: name,
  })
}

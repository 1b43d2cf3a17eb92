import { availableParallelism } from 'node:os'
import { option, readBackendOptions } from '@holdfast/core/backend'
import type { BackendOptions } from '@holdfast/core/backend'
import { databasePath, databasePlace } from '@holdfast/sql'

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
  /**
   * Threads in which queries run that take long, so that they hold up nothing else; one more does large writes beside which
   * there are reads. Each is started when it is first needed. Default: as many as there are processors, but 2 to 4;
   * false or 0: none. There are none, either, in `:memory:` and without `wal`.
   */
  readonly threads?: number | false
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
    readonly threads: number
  }

const notThere =
  'it is a limit that SQLite is built with, not a setting of a database: statements of any length that is of use are taken'

const described: BackendOptions<SqliteOptions> = {
  takenBy: 'sqlite',
  example: { path: 'data.db' },
  required: ['path'],
  rules: {
    path: databasePath,
    readOnly: option.flag,
    create: option.flag,
    timeout: option.wholeNumber(0),
    journalMode: {
      ...option.anyCase(option.oneOf('wal', 'delete', 'truncate', 'persist', 'memory')),
      refused: {
        off: 'cannot be "off": without a journal nothing can be undone. The nearest is "memory"',
      },
    },
    synchronous: option.anyCase(option.oneOf('off', 'normal', 'full', 'extra')),
    cacheSize: option.wholeNumber(-(2 ** 31 - 1)),
    tempStore: option.anyCase(option.oneOf('default', 'file', 'memory')),
    mmapSize: option.wholeNumber(0, Number.MAX_SAFE_INTEGER),
    pageSize: {
      expected: 'a power of 2 from 512 to 65536',
      accepts: (value): value is number =>
        [512, 1024, 2048, 4096, 8192, 16384, 32768, 65536].includes(value as number),
    },
    maxPageCount: option.wholeNumber(1, 4_294_967_294),
    foreignKeys: option.flag,
    recursiveTriggers: option.flag,
    readers: option.wholeNumber(0, 64),
    sharedReads: option.flag,
    threads: {
      expected: 'a whole number from 0 to 64, or false',
      accepts: (value): value is number | false =>
        value === false || (Number.isInteger(value) && Number(value) >= 0 && Number(value) <= 64),
    },
  },
  // SQLite's pragmas, and the systems whose configurations are taken over.
  aliases: {
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
  },
  missing: { max_sql_length: notThere, maxSqlLength: notThere },
}

/**
 * The options with their defaults.
 *
 * @throws HoldfastError `INVALID_ARGUMENT` for an unknown option, naming the nearest, or a value that is not acceptable
 */
export function resolveOptions(given: SqliteOptions): ResolvedOptions {
  const options = readBackendOptions(given, described)
  const place = databasePlace(options, /^file:/)
  return {
    timeout: 5000,
    create: true,
    synchronous: 'normal',
    foreignKeys: true,
    recursiveTriggers: false,
    readers: 4,
    sharedReads: true,
    ...options,
    threads: options.threads === false ? 0 : (options.threads ?? usualThreads()),
    journalMode: place.memory ? 'memory' : (options.journalMode ?? 'wal'),
    ...place,
  }
}

function usualThreads(): number {
  return Math.min(4, Math.max(2, availableParallelism()))
}

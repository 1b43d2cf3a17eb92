import { invalidOption, option, readBackendOptions } from '@holdfast/core/backend'
import type { BackendOptions, OptionRule } from '@holdfast/core/backend'
import { databasePath, databasePlace } from '@holdfast/sql'
import { resolve } from 'node:path'

export type Profiling = 'query_tree' | 'query_tree_optimizer' | 'json' | 'html' | 'graphviz' | 'no_output'

export interface DuckdbOptions {
  /** The database file, created when it is missing, or `:memory:`. */
  readonly path: string
  /** Opens the file to read only; it must exist. Several processes may do so at once. Default: false. */
  readonly readOnly?: boolean
  /** Whether a missing file is created. Default: true. */
  readonly create?: boolean
  /** Milliseconds to wait for another process that has the file open, or another transaction of this one that writes, before `BUSY`. Default: 5000. */
  readonly timeout?: number
  /** Threads that work on one query. Default: one for each core. */
  readonly threads?: number
  /** How much memory DuckDB may use: bytes, or a text such as `4GB`. Default: 80 % of what the machine has. */
  readonly memoryLimit?: number | string
  /** The folder for what does not fit the memory. Default: one beside the database file. */
  readonly tempDirectory?: string
  /** How much may lie there: bytes, or a text such as `100GB`. */
  readonly maxTempDirectorySize?: number | string
  /**
   * Which files statements and imports may read and write, besides the database's own: none (the default), those in
   * certain folders, or all.
   */
  readonly externalAccess?: boolean | readonly string[]
  /** Whether extensions that are installed already are loaded when a statement needs one. Default: false. */
  readonly autoloadExtensions?: boolean
  /** Whether known extensions are downloaded when a statement needs one. Default: false. */
  readonly autoinstallExtensions?: boolean
  /** Whether DuckDB draws a bar on the terminal while long statements run. Default: false. */
  readonly progressBar?: boolean
  /** Whether DuckDB measures every statement, and in which form it writes that down. Default: false. */
  readonly profiling?: boolean | Profiling
  /** The file that the last measurement is written to; needs `profiling`. Default: standard output. */
  readonly profilingOutput?: string
  /** Connections that are kept open when nobody uses them; more are opened when needed. Default: 4. */
  readonly connections?: number
}

export type ResolvedOptions = Required<
  Pick<
    DuckdbOptions,
    | 'path'
    | 'readOnly'
    | 'create'
    | 'timeout'
    | 'externalAccess'
    | 'autoloadExtensions'
    | 'autoinstallExtensions'
    | 'progressBar'
    | 'profiling'
    | 'connections'
  >
> &
  Pick<
    DuckdbOptions,
    'threads' | 'memoryLimit' | 'tempDirectory' | 'maxTempDirectorySize' | 'profilingOutput'
  > & {
    readonly memory: boolean
  }

const sizeText = /^\d+(\.\d+)?\s*([kmgt]i?b)$/i

const size: OptionRule<number | string> = {
  expected: 'a number of bytes, or a text such as "4GB"',
  accepts: (value): value is number | string =>
    typeof value === 'string' ? sizeText.test(value) : Number.isSafeInteger(value) && (value as number) > 0,
}

const profilings: readonly Profiling[] = [
  'query_tree',
  'query_tree_optimizer',
  'json',
  'html',
  'graphviz',
  'no_output',
]

const openFiles =
  'DuckDB has no such setting. The nearest is partitioned_write_max_open_files, for exports of many files'
const extensions =
  'DuckDB has no such setting. The nearest is autoload_known_extensions, here "autoloadExtensions", true or false; Parquet and JSON are always there'

const described: BackendOptions<DuckdbOptions> = {
  takenBy: 'duckdb',
  example: { path: 'data.duckdb' },
  required: ['path'],
  rules: {
    path: databasePath,
    readOnly: option.flag,
    create: option.flag,
    timeout: option.wholeNumber(0),
    threads: option.wholeNumber(1, 1024),
    memoryLimit: size,
    tempDirectory: option.path,
    maxTempDirectorySize: size,
    externalAccess: {
      expected: 'true, false or a list of folders',
      accepts: (value): value is boolean | readonly string[] =>
        typeof value === 'boolean' || (Array.isArray(value) && value.every(option.path.accepts)),
    },
    autoloadExtensions: option.flag,
    autoinstallExtensions: option.flag,
    progressBar: option.flag,
    profiling: {
      expected: `true, false or one of ${profilings.join(', ')}`,
      accepts: (value): value is boolean | Profiling =>
        typeof value === 'boolean' || profilings.includes(value as Profiling),
    },
    profilingOutput: option.path,
    connections: option.wholeNumber(0, 256),
  },
  // DuckDB's settings, and the systems whose configurations are taken over.
  aliases: {
    read_only: 'readOnly',
    readonly: 'readOnly',
    worker_threads: 'threads',
    memory_limit: 'memoryLimit',
    max_memory: 'memoryLimit',
    maxMemory: 'memoryLimit',
    temp_directory: 'tempDirectory',
    max_temp_directory_size: 'maxTempDirectorySize',
    enable_external_access: 'externalAccess',
    autoload_known_extensions: 'autoloadExtensions',
    autoinstall_known_extensions: 'autoinstallExtensions',
    enable_progress_bar: 'progressBar',
    enable_profiling: 'profiling',
    enable_profile: 'profiling',
    profiling_output: 'profilingOutput',
    profile_output: 'profilingOutput',
    poolSize: 'connections',
    pool_size: 'connections',
  },
  missing: {
    max_open_files: openFiles,
    maxOpenFiles: openFiles,
    autoload_extensions: extensions,
    table: 'a database has many tables. Name one where it is used, in table()',
  },
}

/**
 * The options with their defaults.
 *
 * @throws HoldfastError `INVALID_ARGUMENT` for an unknown option, naming the nearest, or a value that is not acceptable
 */
export function resolveOptions(given: DuckdbOptions): ResolvedOptions {
  const options = readBackendOptions(given, described)
  const place = databasePlace(options, /^[a-z0-9]{2,}:/i)
  const { externalAccess = false, profiling = false, profilingOutput } = options
  if (profilingOutput !== undefined && profiling === false) {
    throw invalidOption('profilingOutput', 'needs the option "profiling"')
  }
  return {
    create: true,
    timeout: 5000,
    autoloadExtensions: false,
    autoinstallExtensions: false,
    progressBar: false,
    connections: 4,
    ...options,
    ...(profilingOutput !== undefined && { profilingOutput: resolve(profilingOutput) }),
    profiling,
    externalAccess:
      typeof externalAccess === 'boolean' ? externalAccess : externalAccess.map((folder) => resolve(folder)),
    ...place,
  }
}

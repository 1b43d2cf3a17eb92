import { didYouMean, HoldfastError } from '@holdfast/core/backend'
import { resolve } from 'node:path'

export type Profiling = 'query_tree' | 'query_tree_optimizer' | 'json' | 'html' | 'graphviz' | 'no_output'

export interface DuckdbOptions {
  /** The database file, created when it is missing, or `:memory:`. */
  readonly path: string
  /** Opens the file to read only; it must exist. Several processes may do so at once. Default: false. */
  readonly readOnly?: boolean
  /** Whether a missing file is created. Default: true. */
  readonly create?: boolean
  /** Milliseconds to wait, when opening, for another process that has the file open, before `BUSY`. Default: 0. */
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

type Name = keyof DuckdbOptions

/** Checks a value and says, if it is not acceptable, what is. */
interface Rule {
  readonly expected: string
  accepts(value: unknown): boolean
}

const flag: Rule = { expected: 'true or false', accepts: (value) => typeof value === 'boolean' }

const path: Rule = {
  expected: 'the path of a file or folder',
  accepts: (value) => typeof value === 'string' && value !== '' && !value.includes('\0'),
}

const sizeText = /^\d+(\.\d+)?\s*([kmgt]i?b)$/i

const size: Rule = {
  expected: 'a number of bytes, or a text such as "4GB"',
  accepts: (value) =>
    typeof value === 'string' ? sizeText.test(value) : Number.isSafeInteger(value) && (value as number) > 0,
}

function whole(least: number, most: number): Rule {
  return {
    expected: `a whole number from ${least} to ${most}`,
    accepts: (value) => Number.isInteger(value) && (value as number) >= least && (value as number) <= most,
  }
}

const profilings: readonly string[] = [
  'query_tree',
  'query_tree_optimizer',
  'json',
  'html',
  'graphviz',
  'no_output',
]

const rules: Readonly<Record<Name, Rule>> = {
  path: {
    expected: 'the path of a file, or ":memory:"',
    accepts: (value) => path.accepts(value) && (value as string).trim() === value,
  },
  readOnly: flag,
  create: flag,
  timeout: whole(0, 2 ** 31 - 1),
  threads: whole(1, 1024),
  memoryLimit: size,
  tempDirectory: path,
  maxTempDirectorySize: size,
  externalAccess: {
    expected: 'true, false or a list of folders',
    accepts: (value) =>
      typeof value === 'boolean' || (Array.isArray(value) && value.every((one) => path.accepts(one))),
  },
  autoloadExtensions: flag,
  autoinstallExtensions: flag,
  progressBar: flag,
  profiling: {
    expected: `true, false or one of ${profilings.join(', ')}`,
    accepts: (value) => typeof value === 'boolean' || profilings.includes(value as string),
  },
  profilingOutput: path,
  connections: whole(0, 256),
}

/** Other names of options: those of DuckDB's settings and of the systems whose configurations are taken over. */
const aliases: Readonly<Record<string, Name>> = {
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
}

/** What others call the path. Not taken: the same name means a name or a folder elsewhere. */
const otherNamesOfPath: ReadonlySet<string> = new Set([
  'database',
  'db',
  'dbpath',
  'file',
  'filename',
  'filepath',
  'location',
  'name',
  'storage',
  'uri',
  'url',
])

const openFiles =
  'DuckDB has no such setting. The nearest is partitioned_write_max_open_files, for exports of many files'
const extensions =
  'DuckDB has no such setting. The nearest is autoload_known_extensions, here "autoloadExtensions", true or false; Parquet and JSON are always there'

/** Settings that others name and DuckDB does not have, with the nearest that it has. */
const missing: Readonly<Record<string, string>> = {
  max_open_files: openFiles,
  maxOpenFiles: openFiles,
  autoload_extensions: extensions,
  table: 'a database has many tables. Name one where it is used, in table()',
}

/**
 * The options with their defaults.
 *
 * @throws HoldfastError `INVALID_ARGUMENT` for an unknown option, naming the nearest, or a value that is not acceptable
 */
export function resolveOptions(given: DuckdbOptions): ResolvedOptions {
  const options = readGiven(given)
  const file = options.path
  if (file === undefined) throw invalid('path', `is missing: it is ${rules.path.expected}`)
  const memory = file === ':memory:'
  const readOnly = options.readOnly ?? false
  if (memory && readOnly) throw invalid('readOnly', 'makes no sense for ":memory:", which begins empty')
  if (/^[a-z0-9]{2,}:/i.test(file) && !memory) throw invalid('path', 'is a URL: give the path of a file')
  const { externalAccess = false, profiling = false, profilingOutput } = options
  if (profilingOutput !== undefined && profiling === false) {
    throw invalid('profilingOutput', 'needs the option "profiling"')
  }
  return {
    create: true,
    timeout: 0,
    autoloadExtensions: false,
    autoinstallExtensions: false,
    progressBar: false,
    connections: 4,
    ...options,
    ...(profilingOutput !== undefined && { profilingOutput: resolve(profilingOutput) }),
    profiling,
    externalAccess:
      typeof externalAccess === 'boolean' ? externalAccess : externalAccess.map((folder) => resolve(folder)),
    readOnly,
    memory,
    path: memory ? file : resolve(file),
  }
}

function readGiven(given: unknown): Partial<DuckdbOptions> {
  if (typeof given !== 'object' || given === null) {
    throw new HoldfastError(
      'INVALID_ARGUMENT',
      `duckdb() takes an object of options with a path, as in duckdb({ path: '${examplePath(given)}' }).`,
    )
  }
  const options: Partial<Record<Name, unknown>> = {}
  for (const [written, value] of entriesOf(given)) {
    if (value === undefined) continue
    const name = nameOf(written)
    if (name in options) throw invalid(written, `is given twice: it is another name of "${name}"`)
    if (!rules[name].accepts(value)) throw invalid(written, `must be ${rules[name].expected}`)
    options[name] = value
  }
  return options as Partial<DuckdbOptions>
}

/** Getters and proxies may throw anything. */
function entriesOf(given: object): readonly [string, unknown][] {
  try {
    return Object.entries(given)
  } catch (cause) {
    throw new HoldfastError(
      'INVALID_ARGUMENT',
      "The options of duckdb() threw an error while they were read: the error's cause holds it.",
      { path: 'options', cause },
    )
  }
}

/** The path that was given in the place of options, if it is plain: anything else may be a URL that holds a password. */
function examplePath(given: unknown): string {
  return typeof given === 'string' && /^(:memory:|[\w./ -]{1,80})$/.test(given) ? given : 'data.duckdb'
}

function nameOf(written: string): Name {
  if (Object.hasOwn(rules, written)) return written as Name
  if (Object.hasOwn(aliases, written)) return aliases[written]!
  if (Object.hasOwn(missing, written)) throw invalid(written, `does not exist: ${missing[written]!}`)
  const path = otherNamesOfPath.has(written.toLowerCase())
  const names = [...Object.keys(rules), ...Object.keys(aliases)]
  throw invalid(written, `does not exist${path ? '. Did you mean "path"?' : didYouMean(written, names)}`)
}

function invalid(name: string, problem: string): HoldfastError {
  const end = problem.endsWith('?') ? '' : '.'
  return new HoldfastError('INVALID_ARGUMENT', `The option "${name.slice(0, 80)}" ${problem}${end}`, {
    path: name,
  })
}

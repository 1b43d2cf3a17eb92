import type { ResolvedOptions } from './options.js'

/** What DuckDB is told when the database is opened, all of it texts. */
export function configurationOf(options: ResolvedOptions): Record<string, string> {
  const { externalAccess, threads, memoryLimit, tempDirectory, maxTempDirectorySize } = options
  return {
    access_mode: options.readOnly ? 'READ_ONLY' : 'READ_WRITE',
    // Before the access to files is taken away, which it would need then.
    ...(tempDirectory !== undefined && { temp_directory: tempDirectory }),
    // What may be accessed is said when the database is open: a list cannot be part of the configuration.
    enable_external_access: String(externalAccess !== false || accessible(options) !== undefined),
    autoload_known_extensions: String(options.autoloadExtensions),
    autoinstall_known_extensions: String(options.autoinstallExtensions),
    allow_community_extensions: 'false',
    ...(threads !== undefined && { threads: String(threads) }),
    ...(memoryLimit !== undefined && { memory_limit: sizeOf(memoryLimit) }),
    ...(maxTempDirectorySize !== undefined && { max_temp_directory_size: sizeOf(maxTempDirectorySize) }),
  }
}

/** What an instance is told as soon as it is open. */
export function instanceSetUp(options: ResolvedOptions): string {
  const allowed = accessible(options)
  if (allowed === undefined) return ''
  const { folders, files } = allowed
  return `SET allowed_directories = ${listOf(folders)}; SET allowed_paths = ${listOf(files)}; SET enable_external_access = false`
}

/** What alone may be accessed; undefined where that is everything or nothing. */
function accessible({
  externalAccess,
  profilingOutput,
}: ResolvedOptions): { readonly folders: readonly string[]; readonly files: readonly string[] } | undefined {
  if (externalAccess === true) return undefined
  const folders = externalAccess === false ? [] : externalAccess
  const files = profilingOutput === undefined ? [] : [profilingOutput]
  return folders.length + files.length === 0 ? undefined : { folders, files }
}

const sizeOf = (size: number | string) => (typeof size === 'number' ? `${size}B` : size)

const listOf = (folders: readonly string[]) => `[${folders.map(literal).join(', ')}]`

/** What every connection is told first: these settings are a connection's own. */
export function connectionSetUp({ progressBar, profiling, profilingOutput }: ResolvedOptions): string {
  const settings = [`SET enable_progress_bar = ${progressBar}`]
  if (profiling !== false) {
    settings.push(`SET enable_profiling = ${literal(profiling === true ? 'query_tree' : profiling)}`)
    if (profilingOutput !== undefined) settings.push(`SET profiling_output = ${literal(profilingOutput)}`)
  }
  return settings.join('; ')
}

export function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`
}

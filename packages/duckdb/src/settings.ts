import type { ResolvedOptions } from './options.js'

/** What DuckDB is told when the database is opened, all of it texts. */
export function configurationOf(options: ResolvedOptions): Record<string, string> {
  const { externalAccess, threads, memoryLimit, tempDirectory, maxTempDirectorySize } = options
  return {
    access_mode: options.readOnly ? 'READ_ONLY' : 'READ_WRITE',
    enable_external_access: String(externalAccess === true),
    ...(Array.isArray(externalAccess) && { allowed_directories: listOf(externalAccess as readonly string[]) }),
    autoload_known_extensions: String(options.autoloadExtensions),
    autoinstall_known_extensions: String(options.autoinstallExtensions),
    allow_community_extensions: 'false',
    ...(threads !== undefined && { threads: String(threads) }),
    ...(memoryLimit !== undefined && { memory_limit: sizeOf(memoryLimit) }),
    ...(tempDirectory !== undefined && { temp_directory: tempDirectory }),
    ...(maxTempDirectorySize !== undefined && { max_temp_directory_size: sizeOf(maxTempDirectorySize) }),
  }
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

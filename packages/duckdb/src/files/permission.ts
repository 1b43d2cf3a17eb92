import { HoldfastError } from '@holdfast/core/backend'
import { dirname, sep } from 'node:path'
import type { ResolvedOptions } from '../options.js'

/**
 * Refuses files that the option `externalAccess` does not cover. DuckDB would refuse most of them itself, but not those that
 * are looked at without it.
 *
 * @param path absolute; may be a pattern, of which the folders above its first wildcard count
 * @throws HoldfastError `UNAUTHORIZED`
 */
export function requireAccess(path: string, externalAccess: ResolvedOptions['externalAccess']): void {
  if (externalAccess === true) return
  const folder = folderOf(path)
  const folders = externalAccess === false ? [] : externalAccess
  if (folders.some((allowed) => folder === allowed || folder.startsWith(withSeparator(allowed)))) return
  throw new HoldfastError(
    'UNAUTHORIZED',
    `The database may not read or write files in ${folder}. Open it with the option externalAccess: [${JSON.stringify(folder)}], or true for all files.`,
  )
}

/** The folder that a pattern cannot leave. */
function folderOf(path: string): string {
  return dirname(path.replace(/[*?[].*$/s, 'x'))
}

function withSeparator(folder: string): string {
  return folder.endsWith(sep) ? folder : folder + sep
}

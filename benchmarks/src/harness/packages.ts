import { readFileSync } from 'node:fs'
import { findPackageJSON } from 'node:module'

/** The version of a package that is installed where the benchmarks find it; undefined where there is none. */
export function versionOf(name: string): string | undefined {
  try {
    const manifest = findPackageJSON(name, import.meta.url)
    if (manifest === undefined) return undefined
    return (JSON.parse(readFileSync(manifest, 'utf8')) as { readonly version?: string }).version ?? '?'
  } catch {
    return undefined
  }
}

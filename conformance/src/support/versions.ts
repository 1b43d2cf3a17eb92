import { readFileSync } from 'node:fs'

/** The root of the repository. */
export const root = new URL('../../../', import.meta.url)

/** The version of one of the repository's packages. */
export function packageVersion(name: string): string {
  const manifest = JSON.parse(readFileSync(new URL(`packages/${name}/package.json`, root), 'utf8')) as {
    readonly version: string
  }
  return manifest.version
}

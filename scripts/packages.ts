// The published packages and what their manifests say: shared by the checks that run before a release.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'

export const root = resolve(import.meta.dirname, '..')

type Dependencies = Readonly<Record<string, string>>

/** A target of `exports`: a file, or a choice of files by condition. */
export type Target = string | { readonly [condition: string]: Target }

export interface Manifest {
  readonly name: string
  readonly version: string
  readonly private?: boolean
  readonly exports: Readonly<Record<string, Target>>
  readonly bin?: string | Readonly<Record<string, string>>
  readonly files: readonly string[]
  readonly dependencies?: Dependencies
  readonly optionalDependencies?: Dependencies
  readonly peerDependencies?: Dependencies
  readonly peerDependenciesMeta?: Readonly<Record<string, { readonly optional?: boolean }>>
}

export interface Package {
  readonly folder: string
  readonly manifest: Manifest
}

export const readManifest = (folder: string): Manifest =>
  JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest

export const published: readonly Package[] = readdirSync(join(root, 'packages'))
  .map((name) => join('packages', name))
  .concat('benchmarks')
  .map((path) => join(root, path))
  .filter((folder) => existsSync(join(folder, 'package.json')))
  .map((folder) => ({ folder, manifest: readManifest(folder) }))
  .filter(({ manifest }) => !manifest.private)

/** The names under which a package's modules are imported: `@holdfast/core`, `@holdfast/core/backend`, ... */
export const entries = ({ manifest }: Package): string[] =>
  Object.keys(manifest.exports)
    .filter((path) => path !== './package.json')
    .map((path) => manifest.name + path.slice(1))

/** Every file that a manifest promises. */
export function promisedFiles(manifest: Manifest): string[] {
  const files = (target: Target): string[] =>
    typeof target === 'string' ? [target] : Object.values(target).flatMap(files)
  const bin = typeof manifest.bin === 'string' ? [manifest.bin] : Object.values(manifest.bin ?? {})
  return [...new Set([...Object.values(manifest.exports).flatMap(files), ...bin])]
}

/** Prints the problems, if any, and ends the process accordingly. */
export function finish(check: string, problems: readonly string[]): void {
  for (const problem of problems) console.error(`${check}: ${problem}`)
  if (problems.length > 0) process.exit(1)
  console.log(`${check}: ok`)
}

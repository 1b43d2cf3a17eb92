// What a stranger does: packs packages, and installs the tarballs in a folder outside the workspace.
import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { readManifest, root } from './packages.ts'
import type { Package } from './packages.ts'

export const bin = (name: string): string => join(root, 'node_modules', '.bin', name)

/** Runs a program to its end; throws with all that it printed when it fails. */
export function run(
  command: string,
  args: readonly string[],
  cwd: string,
  environment: Readonly<Record<string, string>> = {},
): string {
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    cwd,
    encoding: 'utf8',
    // The Node that runs this comes first, whatever the system has.
    env: {
      ...process.env,
      PATH: `${dirname(process.execPath)}${delimiter}${process.env['PATH'] ?? ''}`,
      ...environment,
    },
    shell: process.platform === 'win32',
  })
  if (error) throw error
  if (status !== 0)
    throw new Error(`${[command, ...args].join(' ')} exited with ${status}\n${stdout}${stderr}`)
  return stdout
}

/** Packs a package into a folder; gives the name of the tarball there. */
export function pack({ folder, manifest }: Package, into: string): string {
  const file = `${manifest.name.replace('@', '').replace('/', '-')}.tgz`
  run('pnpm', ['pack', '--out', join(into, file)], folder)
  return file
}

/**
 * Makes a folder a project of its own and installs what its manifest names.
 *
 * @param tarballs what packages of the workspace mean until a version is published, by name: paths of tarballs
 * @param settings further ones of pnpm
 */
export function install(
  folder: string,
  tarballs: ReadonlyMap<string, string>,
  settings: Readonly<Record<string, unknown>> = {},
): void {
  const overrides = Object.fromEntries([...tarballs].map(([name, file]) => [name, `file:${file}`]))
  writeJson(folder, 'pnpm-workspace.yaml', { packages: ['.'], overrides, ...settings })
  run('pnpm', ['install', '--prefer-offline', '--no-frozen-lockfile'], folder)
}

export function writeJson(folder: string, name: string, value: unknown): void {
  writeFileSync(join(folder, name), JSON.stringify(value, null, 2))
}

/** The version of a package that a workspace package is tested with. */
export function installedVersion(name: string, owner = root): string {
  return readManifest(join(owner, 'node_modules', name)).version
}

import { mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Names } from './name.js'

/** Where the files of a new package come from. Those that begin with an underscore would be lost or taken for this package's. */
const template = join(import.meta.dirname, '..', 'template')

/** A folder that is there already, which is left as it is. */
export class FolderExists extends Error {}

/**
 * Writes a new package into a new folder, and gives the paths of its files. It passes conformance as it is.
 *
 * @param version of `@holdfast/core` that it is written for
 * @throws FolderExists when there is a file or folder of this name
 */
export function scaffold(folder: string, names: Names, version: string): string[] {
  mkdirSync(dirname(folder), { recursive: true })
  try {
    mkdirSync(folder)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    throw new FolderExists(`${folder} exists already.`)
  }
  try {
    return templateFiles().map((path) => {
      const written = path.replace(/^_/, path === '_gitignore' ? '.' : '')
      mkdirSync(dirname(join(folder, written)), { recursive: true })
      writeFileSync(join(folder, written), named(readFileSync(join(template, path), 'utf8'), names, version))
      return written
    })
  } catch (error) {
    rmSync(folder, { recursive: true, force: true })
    throw error
  }
}

function templateFiles(): string[] {
  return readdirSync(template, { recursive: true, encoding: 'utf8' })
    .filter(
      (path) =>
        statSync(join(template, path)).isFile() && !/(?:^|[\\/])(?:node_modules|dist)[\\/]/.test(path),
    )
    .sort()
}

function named(text: string, names: Names, version: string): string {
  return text
    .replaceAll('my-engine-package', names.package)
    .replaceAll('my-engine', names.engine)
    .replaceAll('MyEngine', names.class)
    .replaceAll('myEngine', names.function)
    .replaceAll('^0.0.0', `^${version}`)
}

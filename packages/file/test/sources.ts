import { existsSync } from 'node:fs'
import { registerHooks } from 'node:module'
import { resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

/** Loaded before anything else, makes Node run the packages from their sources, as the tests do: no build is stale. */

const packages = resolve(import.meta.dirname, '../..')

registerHooks({
  resolve(specifier, context, next) {
    const found = sourceOf(specifier, context.parentURL)
    return found === undefined ? next(specifier, context) : { url: found, shortCircuit: true }
  },
})

function sourceOf(specifier: string, parent: string | undefined): string | undefined {
  const [, name, entry] = /^@holdfast\/([\w-]+)(\/.+)?$/.exec(specifier) ?? []
  if (name !== undefined) return pathToFileURL(`${packages}/${name}/src${entry ?? ''}/index.ts`).href
  if (!specifier.startsWith('.') || !specifier.endsWith('.js') || parent === undefined) return undefined
  const source = new URL(specifier.replace(/\.js$/, '.ts'), parent)
  return existsSync(fileURLToPath(source)) ? source.href : undefined
}

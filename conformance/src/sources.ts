import { existsSync, readFileSync } from 'node:fs'
import { registerHooks, stripTypeScriptTypes } from 'node:module'
import { resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

/**
 * Loaded before anything else, makes Node run the packages from their sources, so that a command needs no build and never
 * meets a stale one. What is imported by way of `…?world=name` is a world of its own: everything that it imports from the
 * packages is loaded again, under the same query, through the change that the world was made with.
 */

/** Another text for a source file, by its path below `packages/`. */
export type Change = (path: string, text: string) => string

const packages = pathToFileURL(`${resolve(import.meta.dirname, '../../packages')}/`).href
const worlds = new Map<string, Change>()
const stripped = new Map<string, string>()

/** The URL of a module in a world of its own, in which sources are changed. */
export function inWorld(module: URL, name: string, change: Change): string {
  worlds.set(name, change)
  return `${module.href}?world=${encodeURIComponent(name)}`
}

registerHooks({
  resolve(specifier, context, next) {
    const found = sourceOf(specifier, context.parentURL)
    if (found === undefined) return next(specifier, context)
    const query = /\?world=.*$/.exec(context.parentURL ?? '')?.[0] ?? ''
    return { url: found + query, format: 'module', shortCircuit: true }
  },
  load(url, context, next) {
    const { href, world } = partsOf(url)
    const isSource = href.startsWith(packages) && href.endsWith('.ts')
    if (!isSource && world === undefined) return next(url, context)
    const text = readFileSync(fileURLToPath(href), 'utf8')
    const path = href.slice(packages.length)
    const changed = isSource && world !== undefined ? (worlds.get(world)?.(path, text) ?? text) : text
    return { format: 'module', source: withoutTypes(changed), shortCircuit: true }
  },
})

/** The source file that an import means; undefined if it means none of the packages'. */
function sourceOf(specifier: string, parent: string | undefined): string | undefined {
  const [, name, entry] = /^@holdfast\/([\w-]+)(?:\/([\w-]+))?$/.exec(specifier) ?? []
  if (name !== undefined)
    return existing(`${packages}${name}/src/${entry === undefined ? '' : `${entry}/`}index.ts`)
  if (!specifier.startsWith('.') || parent === undefined) return undefined
  const { href } = partsOf(parent)
  const isSource = href.startsWith(packages) || parent.includes('?world=')
  return isSource ? existing(new URL(specifier.replace(/\.js$/, '.ts'), href).href) : undefined
}

function existing(href: string): string | undefined {
  return existsSync(fileURLToPath(href)) ? href : undefined
}

function partsOf(url: string): { readonly href: string; readonly world: string | undefined } {
  const [href = '', query] = url.split('?world=')
  return { href, world: query === undefined ? undefined : decodeURIComponent(query) }
}

function withoutTypes(text: string): string {
  const known = stripped.get(text)
  if (known !== undefined) return known
  const code = stripTypeScriptTypes(text, { mode: 'transform' })
  stripped.set(text, code)
  return code
}

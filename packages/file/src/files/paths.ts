import { HoldfastError } from '@holdfast/core/backend'
import type { ErrorCode } from '@holdfast/core/backend'
import { readdir, stat } from 'node:fs/promises'
import { join, parse, sep } from 'node:path'
import { systemCodeOf } from '../errors.js'

/** One part of a path: a name, or what names are alike; `anyFolders` for any number of folders. */
type Part = { readonly name: string } | { readonly pattern: RegExp } | typeof anyFolders

const anyFolders = '**'

/**
 * The files of a pattern, in the order of their paths. Wildcards stand for no names that begin with a dot, and `**` for no links to
 * folders.
 *
 * @param pattern see `FileReference.path`
 * @throws HoldfastError `NOT_FOUND` where there is none, `INVALID_ARGUMENT` for what is no file, `UNAUTHORIZED`, `IO`
 */
export async function filesOf(pattern: string): Promise<readonly string[]> {
  const { root } = parse(pattern)
  const parts = pattern.slice(root.length).split(sep).map(partOf)
  const found = new Set<string>()
  const isPattern = parts.some((part) => part === anyFolders || 'pattern' in part)
  await collect(root, parts, found, isPattern)
  if (found.size === 0) throw new HoldfastError('NOT_FOUND', `There is no file ${pattern}.`)
  return [...found].toSorted()
}

async function collect(
  path: string,
  [part, ...rest]: readonly Part[],
  found: Set<string>,
  isPattern: boolean,
): Promise<void> {
  if (part === undefined) {
    if (await isFileAt(path, isPattern)) found.add(path)
    return
  }
  if (part !== anyFolders && 'name' in part) {
    await collect(join(path, part.name), rest, found, isPattern)
    return
  }
  if (part === anyFolders) await collect(path, rest, found, isPattern)
  for (const entry of await entriesOf(path)) {
    const { name } = entry
    if (name.startsWith('.')) continue
    if (part === anyFolders) {
      if (entry.isDirectory()) await collect(join(path, name), [part, ...rest], found, isPattern)
    } else if (part.pattern.test(name)) await collect(join(path, name), rest, found, isPattern)
  }
}

async function entriesOf(folder: string) {
  try {
    return await readdir(folder, { withFileTypes: true })
  } catch (error) {
    const code = systemCodeOf(error)
    if (code === 'ENOENT' || code === 'ENOTDIR') return []
    throw unreadable(error, folder)
  }
}

/** Whether there is a file. What is found by a pattern and is none is not meant; what is named is to be one. */
async function isFileAt(path: string, isPattern: boolean): Promise<boolean> {
  try {
    const found = await stat(path)
    if (found.isFile() || isPattern) return found.isFile()
  } catch (error) {
    const code = systemCodeOf(error)
    if (code === 'ENOENT' || code === 'ENOTDIR') return false
    throw unreadable(error, path)
  }
  throw new HoldfastError('INVALID_ARGUMENT', `${path} is a folder, or otherwise no file.`, { path: 'path' })
}

function unreadable(error: unknown, path: string): HoldfastError {
  const code = systemCodeOf(error)
  const isDenied = code === 'EACCES' || code === 'EPERM'
  const [meaning, problem]: readonly [ErrorCode, string] = isDenied
    ? ['UNAUTHORIZED', 'the process may not read it']
    : ['IO', `it could not be read: the system says ${code ?? 'nothing more'}`]
  return new HoldfastError(meaning, `${path}: ${problem}.`, { cause: error })
}

/** What stands for other characters: the inside of brackets is a list, which may begin with `]` or be turned round by `!`. */
const wildcards = /\*+|\?|\[(!?)(\]?[^\]]*)\]/g

function partOf(part: string): Part {
  if (part === anyFolders) return anyFolders
  let isName = true
  let [name, pattern, end] = ['', '', 0]
  for (const match of part.matchAll(wildcards)) {
    const [whole, inverted, listed] = match
    const before = part.slice(end, match.index)
    const isItself = listed !== undefined && inverted === '' && /^.$/su.test(listed)
    isName &&= isItself
    name += before + (listed ?? '')
    pattern += escaped(before) + (listed === undefined ? anyOf(whole) : listOf(listed, inverted === '!'))
    end = match.index + whole.length
  }
  const rest = part.slice(end)
  return isName ? { name: name + rest } : { pattern: compiled(`^${pattern}${escaped(rest)}$`, part) }
}

function compiled(pattern: string, part: string): RegExp {
  try {
    return new RegExp(pattern, 'su')
  } catch (cause) {
    // A range from one character to one before it.
    const message = `The path holds the pattern ${part}, which nothing can be like. Write [[] for the bracket itself.`
    throw new HoldfastError('INVALID_ARGUMENT', message, { path: 'path', cause })
  }
}

const anyOf = (character: string) => (character === '?' ? '.' : '.*')

const escaped = (text: string) => text.replaceAll(/[\\^$.*+?()[\]{}|/]/g, '\\$&')

/** A list of characters and of ranges of them. */
function listOf(listed: string, isInverted: boolean): string {
  const items = listed.replaceAll(/[\\\]^[]/g, '\\$&')
  return `[${isInverted ? '^' : ''}${items}]`
}

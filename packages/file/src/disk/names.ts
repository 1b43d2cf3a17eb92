import { Buffer } from 'node:buffer'
import { createHash } from 'node:crypto'

/** Windows has devices of these names in every folder. `lock` is a file of the database itself. */
const reserved = /^(?:con|prn|aux|nul|com[0-9]|lpt[0-9]|lock)$/

/** Longer ones are shortened. File systems take 255 bytes; the rest is for those who add an ending. */
const longest = 200
const shownOfLong = 120

/** What stands for itself. All else is escaped: what is in a path, folded, normalised or cut off by a file system. */
const escaped = /[^a-z0-9_-]/gu

/**
 * A name as that of a file or folder: different names give different ones, also where the file system folds case or
 * Unicode, on Linux, macOS and Windows alike. A plain lower-case name stays as it is.
 *
 * - `+a` is `A`; `%2e` is the byte 2e of the name in UTF-8; `%` alone is the empty name
 * - a name whose code would have more than 200 characters: the beginning of the code, `~`, and the SHA-256 of the whole
 *   code. Of those the name cannot be read back: it stands in the manifest, and in the `table.yaml` of the folder.
 *
 * The result is of `a-z 0-9 _ - + % ~` alone, and is never `lock`: whoever puts other files beside gives them names with a dot.
 */
export function encodeName(name: string): string {
  const code = codeOf(name)
  if (code.length <= longest) return code
  const whole = createHash('sha256').update(code).digest('hex')
  return `${code.slice(0, shownOfLong)}~${whole}`
}

/** The name of which this is the code; undefined for that of a long name, and for what `encodeName` never gives. */
export function decodeName(encoded: string): string | undefined {
  const name = unescape(encoded)
  return name !== undefined && encodeName(name) === encoded ? name : undefined
}

function codeOf(name: string): string {
  if (name === '') return '%'
  const code = name.replace(escaped, escape)
  return reserved.test(code) ? `${escapeBytes(code.slice(0, 1))}${code.slice(1)}` : code
}

function escape(character: string): string {
  if (/[A-Z]/.test(character)) return `+${character.toLowerCase()}`
  // Half of a pair has no form in UTF-8.
  if (!character.isWellFormed()) return `%u${character.charCodeAt(0).toString(16)}`
  return escapeBytes(character)
}

function escapeBytes(character: string): string {
  return Buffer.from(character).toString('hex').replace(/../g, '%$&')
}

function unescape(encoded: string): string | undefined {
  if (encoded === '%') return ''
  try {
    return encoded.replace(/\+([a-z])|%u(d[89a-f][0-9a-f]{2})|((?:%[0-9a-f]{2})+)/g, readEscape)
  } catch (error) {
    if (error instanceof URIError) return undefined
    throw error
  }
}

function readEscape(_: string, letter?: string, half?: string, bytes?: string): string {
  if (letter !== undefined) return letter.toUpperCase()
  if (half !== undefined) return String.fromCharCode(Number.parseInt(half, 16))
  return decodeURIComponent(bytes ?? '')
}

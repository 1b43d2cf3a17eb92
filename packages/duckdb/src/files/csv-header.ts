import { HoldfastError } from '@holdfast/core/backend'
import type { CsvForm } from '@holdfast/core/backend'
import { open } from 'node:fs/promises'

/** A header is at most as long as this (FILE-2). */
const largestHeader = 1024 * 1024

/**
 * The names in the first record of a CSV file.
 *
 * @throws HoldfastError `INVALID_DATA`, `LIMIT_EXCEEDED`
 */
export async function readCsvHeader(path: string, { separator }: CsvForm): Promise<readonly string[]> {
  const { bytes, areAll } = await firstBytes(path)
  const { names, isOpen } = firstRecord(decode(bytes, path), separator)
  if (isOpen && !areAll) {
    throw new HoldfastError('LIMIT_EXCEEDED', `${path} has a header of more than 1 MiB.`)
  }
  const problem = names === undefined ? 'has no header that could be read' : problemOf(names)
  if (problem === undefined) return names!
  throw new HoldfastError(
    'INVALID_DATA',
    `${path} ${problem}. State header: false if its first line is data.`,
  )
}

async function firstBytes(path: string): Promise<{ readonly bytes: Uint8Array; readonly areAll: boolean }> {
  const file = await open(path)
  try {
    const room = Buffer.allocUnsafe(largestHeader + 1)
    const { bytesRead } = await file.read(room, 0, room.length, 0)
    return { bytes: room.subarray(0, Math.min(bytesRead, largestHeader)), areAll: bytesRead <= largestHeader }
  } finally {
    await file.close()
  }
}

/** As far as characters are whole, without a byte order mark. */
function decode(bytes: Uint8Array, path: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: true })
  } catch (cause) {
    const message = `${path} is not in UTF-8. Convert it first, for example with iconv.`
    throw new HoldfastError('INVALID_DATA', message, { cause })
  }
}

/** A value with what ends it. */
const value = /(?:"((?:[^"]|"")*)"|([^"\r\n,][^\r\n,]*)?)(,|\r?\n|$)/y

const values = new Map(
  [',', ';', '\t', '|'].map((separator) => {
    return [separator, new RegExp(value.source.replaceAll(',', `\\x${hex(separator)}`), 'y')]
  }),
)

function hex(character: string): string {
  return character.charCodeAt(0).toString(16).padStart(2, '0')
}

interface FirstRecord {
  /** Undefined where it is not formed like a record. */
  readonly names: readonly string[] | undefined
  /** Whether it has no line end. */
  readonly isOpen: boolean
}

function firstRecord(text: string, separator: string): FirstRecord {
  const pattern = values.get(separator)!
  const names: string[] = []
  pattern.lastIndex = 0
  for (;;) {
    const found = pattern.exec(text)
    if (found === null) return { names: undefined, isOpen: false }
    const [, quoted, plain = '', end] = found
    names.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'))
    if (end !== separator) return { names, isOpen: end === '' }
  }
}

function problemOf(names: readonly string[]): string | undefined {
  if (names.includes('')) return 'has a column without a name'
  const twice = names.find((name, index) => names.indexOf(name) < index)
  return twice === undefined ? undefined : `has the column ${JSON.stringify(twice.slice(0, 80))} twice`
}

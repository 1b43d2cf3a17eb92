import { Buffer } from 'node:buffer'
import { checkOpenOptions } from '../options.js'
import { Damage, damaged } from './format/damage.js'
import { parseFooter } from './format/footer.js'
import { loadReading } from './format/library.js'
import { magic } from './format/seal.js'
import { OpenFile } from './read/open-file.js'
import type { OpenParquetOptions, ParquetFile, RandomAccess } from './types.js'

/** With the footer of most files comes what is needed to open them in one go. */
const bytesAtFirst = 64 * 1024
/** The length of the footer and the mark at the end. */
const endBytes = 8

/**
 * Opens a Parquet file for reading anywhere in it. Of its rows nothing is read yet.
 *
 * @throws HoldfastError `INVALID_DATA` where it is no Parquet file or damaged, with the byte at which that shows; `SCHEMA_MISMATCH`
 * where a column that was stated is missing, nested, or of a type that does not fit (FILE-6); and what `file` throws
 */
export async function openParquet(
  file: RandomAccess | Uint8Array,
  options: OpenParquetOptions = {},
): Promise<ParquetFile> {
  checkOpenOptions(options)
  const { name = 'the file', columns = [] } = options
  const source = file instanceof Uint8Array ? inMemory(file) : file
  const library = await loadReading()
  const { bytes, offset } = await footerOf(source, name)
  try {
    const footer = parseFooter(bytes, source.byteLength, library)
    return new OpenFile(source, name, footer, columns, library)
  } catch (error) {
    throw damaged(error, name, offset)
  }
}

function inMemory(bytes: Uint8Array): RandomAccess {
  return { byteLength: bytes.length, slice: (start, end) => bytes.subarray(start, end) }
}

async function footerOf(file: RandomAccess, name: string): Promise<{ bytes: Buffer; offset: number }> {
  const size = file.byteLength
  const refuse = (message: string, offset: number) => damaged(new Damage(message), name, offset)
  if (size < magic.length + endBytes) throw refuse('it is too short to be one', 0)
  const readBytes = async (start: number, end: number) => bufferOf(await file.slice(start, end))
  const start = Math.max(0, size - bytesAtFirst)
  const [head, tail] = await Promise.all([readBytes(0, magic.length), readBytes(start, size)])
  if (!head.equals(magic)) throw refuse('it does not begin as Parquet files do', 0)
  if (!tail.subarray(-magic.length).equals(magic))
    throw refuse('it does not end as Parquet files do', size - magic.length)
  const offset = size - endBytes - tail.readUInt32LE(tail.length - endBytes)
  if (offset < magic.length) throw refuse('its metadata is longer than the file', size - endBytes)
  if (offset >= start) return { bytes: tail.subarray(offset - start), offset }
  return { bytes: Buffer.concat([await readBytes(offset, start), tail]), offset }
}

export function bufferOf(bytes: ArrayBuffer | Uint8Array): Buffer {
  return bytes instanceof Uint8Array
    ? Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
    : Buffer.from(bytes)
}

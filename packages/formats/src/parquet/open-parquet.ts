import { Buffer } from 'node:buffer'
import { checkOpenOptions } from '../options.js'
import { Damage, damaged, SourceFault } from './format/damage.js'
import { parseFooter } from './format/footer.js'
import type { Range } from './format/footer.js'
import { loadReading } from './format/library.js'
import { magic } from './format/seal.js'
import { Columns } from './read/columns.js'
import type { ReadBytes } from './read/chunk-reader.js'
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
  const read = (range: Range) => bytesOf(source, range)
  const library = await loadReading()
  let offset: number | undefined
  try {
    const end = await endOf(source.byteLength, read)
    offset = end.start
    const footer = parseFooter(end.bytes, source.byteLength, library)
    return new OpenFile(name, read, footer, new Columns(name, footer, columns), library)
  } catch (error) {
    throw damaged(error, name, offset)
  }
}

function inMemory(bytes: Uint8Array): RandomAccess {
  return { byteLength: bytes.length, slice: (start, end) => bytes.subarray(start, end) }
}

/** The metadata and what follows it, and where it begins. */
async function endOf(size: number, read: ReadBytes): Promise<{ bytes: Buffer; start: number }> {
  if (size < magic.length + endBytes) throw new Damage('it is too short to be one', 0)
  const from = Math.max(0, size - bytesAtFirst)
  const [head, tail] = await Promise.all([
    read({ start: 0, end: magic.length }),
    read({ start: from, end: size }),
  ])
  if (!head.equals(magic)) throw new Damage('it does not begin as such files do', 0)
  if (!tail.subarray(-magic.length).equals(magic))
    throw new Damage('it does not end as such files do', size - magic.length)
  const start = size - endBytes - tail.readUInt32LE(tail.length - endBytes)
  if (start < magic.length) throw new Damage('its metadata is longer than the file', size - endBytes)
  if (start >= from) return { bytes: tail.subarray(start - from), start }
  return { bytes: Buffer.concat([await read({ start, end: from }), tail]), start }
}

async function bytesOf(file: RandomAccess, { start, end }: Range): Promise<Buffer> {
  const bytes = await sliceOf(file, start, end)
  if (bytes.length !== end - start) throw new Damage('it is shorter than it was', start + bytes.length)
  return bytes
}

async function sliceOf(file: RandomAccess, start: number, end: number): Promise<Buffer> {
  try {
    return bufferOf(await file.slice(start, end))
  } catch (error) {
    throw new SourceFault(error)
  }
}

function bufferOf(bytes: ArrayBuffer | Uint8Array): Buffer {
  return bytes instanceof Uint8Array
    ? Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
    : Buffer.from(bytes)
}

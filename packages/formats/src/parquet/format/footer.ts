import type { CompressionCodec, LogicalType as ParquetLogicalType, ParquetType } from 'hyparquet'
import { Buffer } from 'node:buffer'
import { crc32 } from 'node:zlib'
import { Damage } from './damage.js'
import type { ReadingLibrary } from './library.js'
import { checksumsKey, sealKey, unsealed, writer } from './seal.js'

/** A column of flat values, as the schema has it. */
export interface Leaf {
  readonly name: string
  readonly type: ParquetType
  readonly length: number | undefined
  readonly isOptional: boolean
  readonly converted: string | undefined
  readonly logical: ParquetLogicalType | undefined
  readonly precision: number | undefined
  readonly scale: number | undefined
  /** Which of the column chunks of a row group is its own. */
  readonly place: number
}

/** A column of the file; one that is nested has no leaf of its own. */
export interface FileColumn {
  readonly name: string
  readonly leaf: Leaf | undefined
}

export interface RawStatistics {
  readonly min: Uint8Array | undefined
  readonly max: Uint8Array | undefined
  readonly nulls: number | undefined
  readonly isExact: boolean
}

export interface Chunk {
  readonly type: ParquetType
  readonly codec: CompressionCodec
  readonly values: number
  /** Where its pages lie, the dictionary's first. */
  readonly start: number
  readonly end: number
  readonly statistics: RawStatistics | undefined
  readonly offsetIndex: Range | undefined
  readonly columnIndex: Range | undefined
  /** The checksums of the offset index, the column index and the pages. */
  readonly checksums: Uint32Array | undefined
}

export interface Range {
  readonly start: number
  readonly end: number
}

export interface Group {
  readonly rows: number
  readonly chunks: readonly Chunk[]
}

export interface Footer {
  readonly rows: number
  readonly columns: readonly FileColumn[]
  readonly groups: readonly Group[]
  readonly metadata: Readonly<Record<string, string>>
  readonly isSealed: boolean
}

/** What Thrift gives: members are called `field_1` and so on, of any type until it is looked at. */
type Struct = Readonly<Record<string, unknown>>

/**
 * Reads the metadata at the end of a file.
 *
 * @param bytes from the beginning of the metadata to the end of the file
 * @param size how many bytes the file has
 * @throws Damage
 */
export function parseFooter(bytes: Buffer, size: number, library: ReadingLibrary): Footer {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  const file = library.deserializeTCompactProtocol({ view, offset: 0 }) as Struct
  const entries = keyValues(file['field_5'])
  const { columns, leaves } = parseSchema(structs(file['field_2']), library)
  const groups = structs(file['field_4']).map((group) => parseGroup(group, leaves, size, library))
  const isSealed = checkSeal(bytes, entries.get(sealKey))
  // One byte can hide the seal, but not all that goes with it.
  const isOurs = groups.some(({ chunks }) => chunks.some(({ checksums }) => checksums !== undefined))
  if (!isSealed && (isOurs || (file['field_6'] && text(file['field_6']) === writer)))
    throw new Damage('its metadata is not what was written')
  const rows = count(file['field_3'])
  if (rows !== groups.reduce((total, group) => total + group.rows, 0))
    throw new Damage('its row groups have other rows than it says')
  const metadata = Object.fromEntries([...entries].map(([key, value]) => [key, text(value)]))
  return { rows, columns, groups, metadata, isSealed }
}

function checkSeal(bytes: Buffer, seal: Uint8Array | undefined): boolean {
  if (seal === undefined) return false
  const stated = text(seal)
  const unsealedBytes = Buffer.from(bytes)
  unsealedBytes.write(unsealed, seal.byteOffset - bytes.byteOffset, 'latin1')
  const found = crc32(unsealedBytes).toString(16).padStart(8, '0')
  if (found !== stated) throw new Damage('its metadata is not what was written')
  return true
}

function parseSchema(elements: readonly Struct[], library: ReadingLibrary) {
  const columns: FileColumn[] = []
  const leaves: Leaf[] = []
  const [root] = elements
  if (root === undefined) throw new Damage('it has no schema')
  let next = 1
  /** Goes over an element and all that is in it. */
  const skip = (depth: number): void => {
    const element = elements[next++]
    if (element === undefined || depth > 100) throw new Damage('its schema is not whole')
    const children = optionalCount(element['field_5']) ?? 0
    if (children === 0) leaves.push(leafOf(element, leaves.length, library))
    for (let child = 0; child < children; child++) skip(depth + 1)
  }
  for (let column = count(root['field_5']); column > 0; column--) {
    const place = leaves.length
    const element = elements[next]
    skip(0)
    const isFlat = (optionalCount(element!['field_5']) ?? 0) === 0 && element!['field_3'] !== repeated
    columns.push({ name: text(element!['field_4']), leaf: isFlat ? leaves[place] : undefined })
  }
  if (next !== elements.length) throw new Damage('its schema is not whole')
  return { columns, leaves }
}

const optional = 1
const repeated = 2

function leafOf(element: Struct, place: number, { constants }: ReadingLibrary): Leaf {
  const type = constants.ParquetTypes[count(element['field_1'])]
  if (type === undefined) throw new Damage('a column is of no type')
  const converted = optionalCount(element['field_6'])
  return {
    name: text(element['field_4']),
    type,
    length: optionalCount(element['field_2']),
    isOptional: element['field_3'] === optional,
    converted: converted === undefined ? undefined : constants.ConvertedTypes[converted],
    logical: logicalOf(element['field_10'] as Struct | undefined),
    scale: optionalCount(element['field_7']),
    precision: optionalCount(element['field_8']),
    place,
  }
}

const plainLogical: Readonly<Record<string, ParquetLogicalType>> = {
  field_1: { type: 'STRING' },
  field_4: { type: 'ENUM' },
  field_6: { type: 'DATE' },
  field_11: { type: 'NULL' },
  field_12: { type: 'JSON' },
  field_13: { type: 'BSON' },
  field_14: { type: 'UUID' },
  field_15: { type: 'FLOAT16' },
  field_16: { type: 'VARIANT' },
  field_17: { type: 'GEOMETRY' },
  field_18: { type: 'GEOGRAPHY' },
}

function logicalOf(union: Struct | undefined): ParquetLogicalType | undefined {
  const [[name, member] = ['', {}]] = Object.entries(union ?? {}) as [string, Struct][]
  const [first, second] = [member['field_1'], member['field_2']]
  switch (name) {
    case 'field_5':
      return { type: 'DECIMAL', scale: count(first), precision: count(second) }
    case 'field_7':
      return { type: 'TIME', isAdjustedToUTC: first === true, unit: unitOf(second as Struct) }
    case 'field_8':
      return { type: 'TIMESTAMP', isAdjustedToUTC: first === true, unit: unitOf(second as Struct) }
    case 'field_10':
      return { type: 'INTEGER', bitWidth: count(first), isSigned: second === true }
    default:
      return plainLogical[name]
  }
}

function unitOf(unit: Struct): 'MILLIS' | 'MICROS' | 'NANOS' {
  return 'field_1' in unit ? 'MILLIS' : 'field_2' in unit ? 'MICROS' : 'NANOS'
}

function parseGroup(group: Struct, leaves: readonly Leaf[], size: number, library: ReadingLibrary): Group {
  const rows = count(group['field_3'])
  const columns = structs(group['field_1'])
  if (columns.length !== leaves.length) throw new Damage('a row group has not the columns of the schema')
  return { rows, chunks: columns.map((column) => parseChunk(column, size, library)) }
}

function parseChunk(column: Struct, size: number, { constants }: ReadingLibrary): Chunk {
  const data = column['field_3'] as Struct | undefined
  if (data === undefined) throw new Damage('a column has no metadata, or is encrypted')
  if (column['field_1'] !== undefined) throw new Damage('a column lies in another file')
  const codec = constants.CompressionCodecs[count(data['field_4'])]
  const type = constants.ParquetTypes[count(data['field_1'])]
  if (codec === undefined || type === undefined) throw new Damage('a column is packed in no known way')
  const dataStart = count(data['field_9'])
  const dictionary = optionalCount(data['field_11'])
  // Some writers say 0 where there is none.
  const start = dictionary === undefined || dictionary === 0 ? dataStart : Math.min(dictionary, dataStart)
  const pages = rangeOf(start, count(data['field_7']), size)
  return {
    type,
    codec,
    values: count(data['field_5']),
    ...pages,
    statistics: statisticsOf(data['field_12'] as Struct | undefined),
    offsetIndex: optionalRange(column['field_4'], column['field_5'], size),
    columnIndex: optionalRange(column['field_6'], column['field_7'], size),
    checksums: checksumsOf(keyValues(data['field_8']).get(checksumsKey)),
  }
}

function checksumsOf(written: Uint8Array | undefined): Uint32Array | undefined {
  if (written === undefined) return undefined
  const bytes = Buffer.from(text(written), 'base64')
  return Uint32Array.from({ length: bytes.length >>> 2 }, (_, index) => bytes.readUInt32LE(index * 4))
}

/** The older members `min` and `max` are of an order that was never told. */
function statisticsOf(statistics: Struct | undefined): RawStatistics | undefined {
  return (
    statistics && {
      max: statistics['field_5'] as Uint8Array | undefined,
      min: statistics['field_6'] as Uint8Array | undefined,
      nulls: optionalCount(statistics['field_3']),
      isExact: statistics['field_7'] !== false && statistics['field_8'] !== false,
    }
  )
}

function optionalRange(start: unknown, length: unknown, size: number): Range | undefined {
  return start === undefined || length === undefined ? undefined : rangeOf(count(start), count(length), size)
}

function rangeOf(start: number, length: number, size: number): Range {
  if (start + length > size) throw new Damage('a part of it lies behind its end')
  return { start, end: start + length }
}

function keyValues(list: unknown): Map<string, Uint8Array> {
  if (list === undefined) return new Map()
  return new Map(
    structs(list).map((entry) => [
      text(entry['field_1']),
      (entry['field_2'] ?? new Uint8Array()) as Uint8Array,
    ]),
  )
}

function structs(list: unknown): readonly Struct[] {
  if (Array.isArray(list) && list.every((item) => typeof item === 'object')) return list as readonly Struct[]
  throw new Damage('its metadata is none')
}

function text(bytes: unknown): string {
  if (!(bytes instanceof Uint8Array)) throw new Damage('its metadata is none')
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8')
}

/** A number that is not below 0: a size, a place, a count. */
export function count(value: unknown): number {
  const number = typeof value === 'bigint' ? Number(value) : value
  if (Number.isSafeInteger(number) && (number as number) >= 0) return number as number
  throw new Damage('its metadata has a number that cannot be')
}

function optionalCount(value: unknown): number | undefined {
  return value === undefined ? undefined : count(value)
}

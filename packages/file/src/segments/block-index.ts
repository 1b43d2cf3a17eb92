import { comparatorOf, HoldfastError, storedFromJson, storedToJson } from '@holdfast/core/backend'
import type { Key, StoredRow, StoredValue } from '@holdfast/core/backend'
import { Buffer } from 'node:buffer'
import { crc32 } from 'node:zlib'
import type { BlockStatistics, RowLayout } from './types.js'

/** A piece of a segment's file with its CRC-32. */
export interface Piece {
  readonly offset: number
  readonly length: number
  readonly checksum: number
}

/** Rows of a segment that are read together. */
export interface Block {
  /** How many rows come before it. */
  readonly start: number
  readonly rows: number
  /** Where they lie, in files that have no checksums of their own. */
  readonly piece?: Piece
  readonly first: Key
  readonly last: Key
  readonly statistics: ReadonlyMap<string, BlockStatistics>
}

/** What lies where in a segment's file. */
export interface BlockIndex {
  /** CRC-32 of the whole file. */
  readonly checksum: number
  /** In the order of their rows. */
  readonly blocks: readonly Block[]
}

/** Longer texts and bytes are no bounds worth keeping. */
const longest = 64

export function statisticsOf(layout: RowLayout, rows: readonly StoredRow[]): Map<string, BlockStatistics> {
  return new Map(
    layout.columns.map(({ name, type }) => [name, columnStatistics(rows, name, comparatorOf(type))]),
  )
}

function columnStatistics(
  rows: readonly StoredRow[],
  name: string,
  compare: (left: StoredValue, right: StoredValue) => number,
): BlockStatistics {
  let least: StoredValue = null
  let greatest: StoredValue = null
  let nulls = 0
  for (const row of rows) {
    const value = row[name]!
    if (value === null) nulls++
    else if (least === null) least = greatest = value
    else if (compare(value, least) < 0) least = value
    else if (compare(value, greatest) > 0) greatest = value
  }
  return least === null || isLong(least) || isLong(greatest) ? { nulls } : { least, greatest, nulls }
}

function isLong(value: StoredValue): boolean {
  return (typeof value === 'string' || value instanceof Uint8Array) && value.length > longest
}

/** One line for the file and one for each block, so that a person can read it. */
export function encodeIndex({ checksum, blocks }: BlockIndex, { columns }: RowLayout): Uint8Array {
  const lines = blocks.map(({ statistics, first, last, ...block }) =>
    JSON.stringify({
      ...block,
      first: first.map(storedToJson),
      last: last.map(storedToJson),
      columns: columns.map(({ name }) => {
        const { least = null, greatest = null, nulls } = statistics.get(name)!
        return [storedToJson(least), storedToJson(greatest), nulls]
      }),
    }),
  )
  return Buffer.from(`${[JSON.stringify({ checksum }), ...lines].join('\n')}\n`)
}

/**
 * Reads what `encodeIndex` wrote.
 *
 * @throws HoldfastError `CORRUPT`
 */
export function decodeIndex(
  bytes: Uint8Array,
  checksum: number,
  layout: RowLayout,
  path: string,
): BlockIndex {
  if (crc32(bytes) !== checksum) {
    const message = `The file ${path} is damaged (from offset 0): its checksum is not that of the manifest.`
    throw new HoldfastError('CORRUPT', message, { table: layout.table })
  }
  const [head, ...lines] = Buffer.from(bytes).toString().trimEnd().split('\n')
  return {
    checksum: (JSON.parse(head!) as { checksum: number }).checksum,
    blocks: lines.map((line) => decodeBlock(JSON.parse(line) as EncodedBlock, layout)),
  }
}

interface EncodedBlock {
  readonly start: number
  readonly rows: number
  readonly piece?: Piece
  readonly first: readonly unknown[]
  readonly last: readonly unknown[]
  readonly columns: readonly (readonly [unknown, unknown, number])[]
}

function decodeBlock({ columns, first, last, ...block }: EncodedBlock, layout: RowLayout): Block {
  const statistics = layout.columns.map(({ name, type }, index): [string, BlockStatistics] => {
    const [least, greatest, nulls] = columns[index]!
    if (least === null) return [name, { nulls }]
    return [
      name,
      { least: storedFromJson(type, least, name), greatest: storedFromJson(type, greatest, name), nulls },
    ]
  })
  return {
    ...block,
    first: keyFrom(layout, first),
    last: keyFrom(layout, last),
    statistics: new Map(statistics),
  }
}

/** A key that `storedToJson` wrote. */
export function keyFrom({ columns, key }: RowLayout, json: readonly unknown[]): Key {
  return key.map((name, index) =>
    storedFromJson(columns.find((column) => column.name === name)!.type, json[index], name),
  )
}

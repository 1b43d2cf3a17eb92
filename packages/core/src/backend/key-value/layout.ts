import { Buffer } from 'node:buffer'
import { startingWith } from './key-codec.js'
import type { KeyRange } from './store.js'

/** What the first byte of a key says of its entry. These numbers are in stores: they never change. */
const kinds = {
  /** One entry: the version of this layout, and how many tables there ever were. */
  format: 0,
  /** A table's name, to its definition and number. */
  table: 1,
  /** A table's number and a primary key, to the row. */
  row: 2,
  /** A table's number, the name of a unique index and values, to the primary key of the row that holds them. */
  index: 3,
  /** A table's number, to the greatest generated key that was ever given out or stored. */
  lastKey: 4,
  /** The number of a table whose rows are being removed. */
  dropped: 5,
} as const

type Kind = keyof typeof kinds

/** The version of the layout that this code reads and writes. */
export const format = 1

export const formatKey = Uint8Array.of(kinds.format)

/** Every key of one kind. */
export const allOf = (kind: Kind): KeyRange => startingWith(Uint8Array.of(kinds[kind]))

/** Every key of all kinds. */
export const everything: KeyRange = { from: new Uint8Array(0), to: Uint8Array.of(0xff) }

export const tableKey = (name: string): Uint8Array =>
  Buffer.concat([Uint8Array.of(kinds.table), Buffer.from(name)])

/** With what all keys of a kind begin that belong to a table. */
export function keyOfTable(kind: Exclude<Kind, 'format' | 'table'>, id: number): Uint8Array {
  const key = Buffer.alloc(5)
  key[0] = kinds[kind]
  key.writeUInt32BE(id, 1)
  return key
}

/** The number of the table that a key belongs to. */
export function tableIdOf(key: Uint8Array): number {
  return Buffer.from(key.buffer, key.byteOffset, key.byteLength).readUInt32BE(1)
}

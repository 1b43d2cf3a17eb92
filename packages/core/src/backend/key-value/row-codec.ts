import { Buffer } from 'node:buffer'
import { storedFromJson, storedToJson } from '../../schema/stored-json.js'
import type { ColumnDefinition, StoredRow, StoredValue } from '../../schema/types.js'
import { HoldfastError } from '../errors.js'

/** Turns stored bytes into a new row of the columns asked for. */
export type RowDecoder = (value: Uint8Array) => StoredRow

export interface RowCodec {
  encode(row: StoredRow): Uint8Array
  /** Makes the decoder for some of the columns. It throws `CORRUPT` for bytes that `encode` cannot have made. */
  decoder(columns: readonly string[]): RowDecoder
}

/**
 * Rows as a JSON array of their values, in the order of the columns: bigints and decimals as digits, bytes in base64. It
 * keeps every stored value exactly (TYPE-11), and a person can read it in the store.
 *
 * @param table the name of the table, for errors
 */
export function rowCodec(table: string, columns: readonly ColumnDefinition[]): RowCodec {
  return {
    encode: (row) => Buffer.from(JSON.stringify(columns.map(({ name }) => storedToJson(row[name] ?? null)))),
    decoder: (names) => {
      const fields = names.map((name) => {
        const position = columns.findIndex((column) => column.name === name)
        return { name, position, read: readerOf(columns[position]!) }
      })
      return (value) => {
        try {
          const values = parse(value, columns.length)
          const row: StoredRow = {}
          for (const { name, position, read } of fields) row[name] = read(values[position]!)
          return row
        } catch (cause) {
          throw damaged(table, cause)
        }
      }
    },
  }
}

/** Most values are in JSON what they are in a row, and what `encode` wrote needs no check. */
function readerOf({ name, type }: ColumnDefinition): (json: StoredValue) => StoredValue {
  const differs =
    ['bytes', 'bigint', 'decimal'].includes(type.name) || (type.name === 'timestamp' && type.unit === 'us')
  return differs ? (json) => storedFromJson(type, json, name) : (json) => json
}

function parse({ buffer, byteOffset, byteLength }: Uint8Array, length: number): readonly StoredValue[] {
  const values: unknown = JSON.parse(Buffer.from(buffer, byteOffset, byteLength).toString())
  if (!Array.isArray(values) || values.length !== length)
    throw new TypeError(`not an array of ${length} values`)
  return values as readonly StoredValue[]
}

function damaged(table: string, cause: unknown): HoldfastError {
  return new HoldfastError('CORRUPT', `A stored row of table "${table}" is damaged: it cannot be read.`, {
    table,
    cause,
  })
}

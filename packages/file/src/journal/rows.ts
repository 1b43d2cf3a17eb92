import { generateFunction, storedToJson } from '@holdfast/core/backend'
import type { ColumnDefinition, Key, LogicalType, StoredRow, StoredValue } from '@holdfast/core/backend'
import { Buffer } from 'node:buffer'
import type { RowLayout } from '../segments/types.js'

type Json = readonly unknown[]

/** Rows and keys as arrays of their values in JSON, in the order of the columns, and back. */
export interface RowForm {
  readonly rowToJson: (row: StoredRow) => Json
  readonly rowFromJson: (json: Json) => StoredRow
  readonly keyToJson: (key: Key) => Json
  readonly keyFromJson: (json: Json) => Key
}

const made = new WeakMap<RowLayout, RowForm>()

/**
 * The form of a layout, made once for each. What was written by it and is whole, as checksums tell, is read without another check.
 */
export function rowFormOf(layout: RowLayout): RowForm {
  let form = made.get(layout)
  if (form === undefined) made.set(layout, (form = makeForm(layout)))
  return form
}

function makeForm({ columns, key }: RowLayout): RowForm {
  const keyColumns = key.map((name) => columns.find((column) => column.name === name)!)
  const keyReaders = keyColumns.map(({ type }) => readerOf(type))
  return {
    rowToJson:
      generateWriter(columns) ?? ((row) => columns.map(({ name }) => storedToJson(row[name] ?? null))),
    rowFromJson: sized(columns.length, generateReader(columns) ?? interpretingReader(columns)),
    keyToJson: (values) => values.map(storedToJson),
    keyFromJson: sized(key.length, (json) => json.map((value, index) => readValue(keyReaders[index], value))),
  }
}

function sized<Read>(length: number, read: (json: Json) => Read): (json: Json) => Read {
  return (json) => {
    if (Array.isArray(json) && json.length === length) return read(json)
    throw new TypeError(`an array of ${length} values is wanted`)
  }
}

/** Straight code: a loop over the columns takes more than twice as long. */
function generateWriter(columns: readonly ColumnDefinition[]): ((row: StoredRow) => Json) | undefined {
  const items = columns.map(({ name, type }) => {
    const value = `row[${JSON.stringify(name)}]`
    return readerOf(type) === undefined ? `${value} ?? null` : `toJson(${value} ?? null)`
  })
  return generateFunction(['row'], `return [${items.join(', ')}]`, { toJson: storedToJson })
}

function generateReader(columns: readonly ColumnDefinition[]): ((json: Json) => StoredRow) | undefined {
  const readers = columns.map(({ type }) => readerOf(type))
  const members = columns.map(({ name }, index) => {
    const value = `json[${index}]`
    const read =
      readers[index] === undefined ? value : `${value} === null ? null : readers[${index}](${value})`
    return `${JSON.stringify(name)}: ${read}`
  })
  return generateFunction(['json'], `return { ${members.join(', ')} }`, { readers })
}

function interpretingReader(columns: readonly ColumnDefinition[]): (json: Json) => StoredRow {
  const fields = columns.map(({ name, type }) => ({ name, read: readerOf(type) }))
  return (json) => {
    const row: StoredRow = {}
    fields.forEach(({ name, read }, index) => (row[name] = readValue(read, json[index])))
    return row
  }
}

type ReadValue = (json: string) => StoredValue

function readValue(read: ReadValue | undefined, json: unknown): StoredValue {
  return read === undefined || json === null ? (json as StoredValue) : read(json as string)
}

/** Undefined for types whose values are the same in JSON. */
function readerOf(type: LogicalType): ReadValue | undefined {
  if (type.name === 'bytes') return (json) => new Uint8Array(Buffer.from(json, 'base64'))
  const digits =
    type.name === 'bigint' || type.name === 'decimal' || (type.name === 'timestamp' && type.unit === 'us')
  return digits ? BigInt : undefined
}

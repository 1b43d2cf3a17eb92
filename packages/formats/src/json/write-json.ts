import type { Table } from '@holdfast/core'
import type { LogicalType, StoredValue } from '@holdfast/core/backend'
import { compress } from '../bytes/compression.js'
import { checkOptions } from '../options.js'
import { shapeOf } from '../rows/shape.js'
import { compileRowWriter, explainRow, valueWriter, writeRows } from '../rows/write-rows.js'
import type { RowFormat } from '../rows/write-rows.js'
import type { ForColumns, ForTable, NamedColumn, RowForm, RowsToWrite, WriterOptions } from '../types.js'
import { spellerOf } from '../values/spell.js'

export type JsonWriterOptions = WriterOptions & (ForTable<Table> | ForColumns)

type Frame = Omit<RowFormat, 'write'>

/** Writes rows as ndjson that `readNdjson` reads without losing anything, in bounded memory; throws as `writeCsv` does. */
export function writeNdjson(rows: RowsToWrite, options: JsonWriterOptions): AsyncIterable<Uint8Array> {
  return write(rows, options, { begin: '', between: '', end: '' }, '\n')
}

/** Writes rows as one JSON array that `readJson` reads without losing anything; as `writeNdjson` does, each in a line. */
export function writeJson(rows: RowsToWrite, options: JsonWriterOptions): AsyncIterable<Uint8Array> {
  return write(rows, options, { begin: '[\n', between: ',\n', end: '\n]\n' }, '')
}

function write(
  rows: RowsToWrite,
  options: JsonWriterOptions,
  frame: Frame,
  ending: string,
): AsyncIterable<Uint8Array> {
  checkOptions(options)
  const { form = 'user', compression = 'none', signal } = options
  const { columns } = shapeOf(options)
  const explain = (row: object, index: number) => explainRow(columns, row, index)
  const format = { ...frame, write: objectWriter(columns, form, ending) }
  return compress(writeRows(rows, format, explain, signal), compression)
}

function objectWriter(
  columns: readonly NamedColumn[],
  form: RowForm,
  ending: string,
): (row: object) => string {
  const names = columns.map(({ name }) => name)
  const keys = names.map((name, index) => `${index === 0 ? '{' : ','}${JSON.stringify(name)}:`)
  const writers = columns.map((column) => valueWriter(column, form, 'null', jsonWriter(column.type)))
  return compileRowWriter(names, [...keys, `}${ending}`], writers)
}

function jsonWriter(type: LogicalType): (stored: StoredValue) => string {
  const spell = spellerOf(type)
  switch (type.name) {
    case 'boolean':
    case 'integer':
    case 'double':
    case 'json':
      return spell
    case 'text':
      return JSON.stringify
    default:
      return (stored) => `"${spell(stored)}"`
  }
}

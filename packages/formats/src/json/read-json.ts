import type { Table } from '@holdfast/core'
import { readRecords } from '../bytes/records.js'
import { bytesFrom } from '../bytes/source.js'
import { checkOptions } from '../options.js'
import { rowReader } from '../rows/row-reader.js'
import type { StartReading } from '../rows/row-reader.js'
import { shapeOf } from '../rows/shape.js'
import type { ByteSource, ForColumns, ForTable, ReaderOptions, RowForm, RowIn, RowReader } from '../types.js'
import { Elements } from './elements.js'
import { JsonRecords } from './json-records.js'
import { Lines } from './lines.js'
import type { Splitter } from './splitter.js'

export type JsonReaderOptions<T extends Table = Table, Form extends RowForm = RowForm> = ReaderOptions<Form> &
  (ForTable<T> | ForColumns)

/**
 * Reads ndjson (JSON Lines), one object in each line, in bounded memory. Booleans, integers, doubles, texts and json are
 * JSON's own; all other types are texts, spelt as in CSV (FILE-4), and a bigint may be a number that is a safe integer. Nothing
 * else is accepted for them. A member that is null, or absent, is null. Of a name that an object has twice the last one counts.
 *
 * With `table` the rows are for inserting: a member that is no column is refused, and what is absent gets its default then.
 * With `columns` the rows have exactly these, and other members are passed over.
 *
 * @throws HoldfastError as `readCsv` does, `UNKNOWN_COLUMN`, `INVALID_VALUE` (an absent value that is needed) and
 * `INVALID_DATA` with the line and the place of the value
 */
export function readNdjson<T extends Table = never, Form extends RowForm = 'user'>(
  source: ByteSource,
  options: JsonReaderOptions<T, Form>,
): RowReader<RowIn<T, Form>> {
  return reader(source, options, () => new Lines())
}

/** Reads a JSON file that is one array of objects, as `readNdjson` does and in bounded memory too. */
export function readJson<T extends Table = never, Form extends RowForm = 'user'>(
  source: ByteSource,
  options: JsonReaderOptions<T, Form>,
): RowReader<RowIn<T, Form>> {
  return reader(source, options, () => new Elements())
}

function reader<T extends Table, Form extends RowForm>(
  source: ByteSource,
  options: JsonReaderOptions<T, Form>,
  splitter: () => Splitter,
): RowReader<RowIn<T, Form>> {
  checkOptions(options)
  const { form = 'user', compression, signal } = options
  const shape = shapeOf(options)
  const bytes = bytesFrom(source, compression, signal)
  const start: StartReading = (wanted) =>
    readRecords(bytes, new JsonRecords(shape, wanted, splitter()), signal)
  return rowReader(start, form, shape.table) as RowReader<RowIn<T, Form>>
}

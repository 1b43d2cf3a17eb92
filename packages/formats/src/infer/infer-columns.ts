import { didYouMean, HoldfastError } from '@holdfast/core/backend'
import type { LogicalType } from '@holdfast/core/backend'
import { readRecords } from '../bytes/records.js'
import type { RecordReader } from '../bytes/records.js'
import { bytesFrom } from '../bytes/source.js'
import type { CsvOptions } from '../csv/read-csv.js'
import { shown } from '../errors.js'
import { Elements } from '../json/elements.js'
import { Lines } from '../json/lines.js'
import { checkInferOptions } from '../options.js'
import { describeParquet } from '../parquet/read-parquet.js'
import type { ByteSource, Compression, NamedColumn } from '../types.js'
import { CsvInference } from './infer-csv.js'
import { JsonInference } from './infer-json.js'

export type FileFormatName = 'csv' | 'ndjson' | 'json' | 'parquet'

export interface InferOptions extends CsvOptions {
  /** What the file is: what the path ends with, `.gz` and `.zst` aside, unless stated. */
  readonly format?: FileFormatName
  /** How many rows are looked at: all unless stated. Where it is some, every column is taken to have nulls. */
  readonly rows?: number
  /** What is known already: it is not inferred, but the column must be there. */
  readonly columns?: Readonly<Record<string, { readonly type?: LogicalType; readonly nullable?: boolean }>>
  readonly compression?: Compression
  readonly signal?: AbortSignal
}

interface Inference extends RecordReader<number> {
  readonly columns: readonly NamedColumn[]
}

const inferences: Readonly<Record<Exclude<FileFormatName, 'parquet'>, (options: InferOptions) => Inference>> =
  {
    csv: ({ separator = ',', header = true }) => new CsvInference(separator, header),
    ndjson: () => new JsonInference(new Lines()),
    json: () => new JsonInference(new Elements()),
  }

/**
 * Finds the columns of a file: for each the narrowest type in which every value is exactly what the file says (FILE-4, FILE-6).
 * The whole file is read, in bounded memory, unless `rows` are stated.
 *
 * In CSV that is boolean, integer, bigint, decimal where all values have the same number of digits behind the point, double where it
 * prints the digits that were read, date, timestamp, uuid, or else text: `007`, `+1` and `1.0e400` are texts. In JSON it is what JSON
 * says; of texts dates, timestamps and uuids are told apart, and a member of several kinds is json. Parquet says itself what its columns are.
 *
 * ```ts
 * const columns = await inferColumns('people.csv', { columns: { zip: { type: { name: 'text' } } } })
 * for await (const person of readCsv('people.csv', { columns })) ...
 * ```
 *
 * @throws HoldfastError `INVALID_ARGUMENT`; `UNKNOWN_COLUMN` for a stated column that the file lacks; `SCHEMA_MISMATCH` for a column of a Parquet file
 * that no type holds; and as the readers do for files that cannot be read
 */
export async function inferColumns(
  source: ByteSource,
  options: InferOptions = {},
): Promise<readonly NamedColumn[]> {
  checkInferOptions(options)
  const format = options.format ?? formatOf(source)
  const found =
    format === 'parquet' ? await ofParquet(source, options) : await ofText(source, format, options)
  return overridden(found, options.columns ?? {})
}

function formatOf(source: ByteSource): FileFormatName {
  const path = typeof source === 'string' || source instanceof URL ? String(source) : ''
  const [, ending = ''] = /\.([^./]+?)(?:\.gz|\.zst)?$/.exec(path.toLowerCase()) ?? []
  const format = endings[ending]
  if (format !== undefined) return format
  const message = 'Nothing says what the file is. State options.format: csv, ndjson, json or parquet.'
  throw new HoldfastError('INVALID_ARGUMENT', message, { path: 'options.format' })
}

const endings: Readonly<Record<string, FileFormatName>> = {
  csv: 'csv',
  tsv: 'csv',
  ndjson: 'ndjson',
  jsonl: 'ndjson',
  json: 'json',
  parquet: 'parquet',
}

async function ofText(
  source: ByteSource,
  format: Exclude<FileFormatName, 'parquet'>,
  options: InferOptions,
): Promise<readonly NamedColumn[]> {
  const { compression, signal, rows = Infinity } = options
  const inference = inferences[format](options)
  let seen = 0
  for await (const [count = 0] of readRecords(bytesFrom(source, compression, signal), inference, signal)) {
    seen += count
    if (seen >= rows) return inference.columns.map((column) => ({ ...column, nullable: true }))
  }
  return inference.columns
}

async function ofParquet(source: ByteSource, options: InferOptions): Promise<readonly NamedColumn[]> {
  const { compression, signal } = options
  const { columns } = await describeParquet(source, {
    ...(compression && { compression }),
    ...(signal && { signal }),
  })
  return columns.map(({ name, type, native, nullable }) => {
    const known = type ?? options.columns?.[name]?.type
    if (known !== undefined) return { name, type: known, nullable }
    const message = `The column ${shown(name)} is of the type ${native}, which no type holds exactly. Leave it out by reading the others with columns.`
    throw new HoldfastError('SCHEMA_MISMATCH', message, { column: name })
  })
}

function overridden(
  found: readonly NamedColumn[],
  known: NonNullable<InferOptions['columns']>,
): readonly NamedColumn[] {
  const names = found.map(({ name }) => name)
  const missing = Object.keys(known).find((name) => !names.includes(name))
  if (missing !== undefined) {
    const message = `The file has no column ${shown(missing)}${didYouMean(missing, names)}`
    throw new HoldfastError('UNKNOWN_COLUMN', message, { column: missing, path: 'options.columns' })
  }
  return found.map(({ name, type, nullable }) => {
    const stated = Object.hasOwn(known, name) ? known[name] : undefined
    return { name, type: stated?.type ?? type, nullable: stated?.nullable ?? nullable }
  })
}

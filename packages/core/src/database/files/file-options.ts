import { extname, resolve } from 'node:path'
import { HoldfastError } from '../../backend/errors.js'
import type { CsvForm, FileCompression, FileFormat, FileReference } from '../../schema/types.js'
import { abortSignal, flag, oneOf, refuse } from '../options.js'
import type { OptionReaders } from '../options.js'
import type { FileOptions } from './file-types.js'

export const fileOptions: OptionReaders<FileOptions> = {
  signal: abortSignal,
  format: oneOf('csv', 'parquet', 'ndjson', 'json'),
  compression: oneOf('none', 'gzip', 'zstd'),
  separator: oneOf(',', ';', '\t', '|'),
  header: flag,
}

const formats: Readonly<Record<string, FileFormat>> = {
  '.csv': 'csv',
  '.parquet': 'parquet',
  '.ndjson': 'ndjson',
  '.jsonl': 'ndjson',
  '.json': 'json',
}

const packings: Readonly<Record<string, FileCompression>> = { '.gz': 'gzip', '.zst': 'zstd' }

/**
 * The file that a call names, its path still as it is written but absolute.
 *
 * @throws HoldfastError `INVALID_ARGUMENT`
 */
export function fileReference(given: unknown, options: FileOptions): FileReference {
  if (typeof given !== 'string' || given === '' || given.includes('\0'))
    throw refuse('path', 'the path of a file', given)
  if (/^[a-z0-9+.-]{2,}:\/\//i.test(given)) throw refuse('path', 'the path of a file, not a URL', given)
  const ending = extname(given)
  const packed = packings[ending.toLowerCase()]
  const inner = packed === undefined ? ending : extname(given.slice(0, -ending.length))
  const format = options.format ?? formats[inner.toLowerCase()]
  if (format === undefined) {
    const message =
      "The format cannot be told from the file's name: state format: 'csv', 'parquet', 'ndjson' or 'json'."
    throw new HoldfastError('INVALID_ARGUMENT', message, { path: 'options.format' })
  }
  const { compression = packed ?? 'none' } = options
  const file = { path: resolve(given), format, ...(compression !== 'none' && { compression }) }
  return format === 'csv' ? { ...file, csv: csvForm(options) } : plain(file, options)
}

function csvForm({ separator = ',', header = true }: FileOptions): CsvForm {
  return { separator, header }
}

function plain(file: FileReference, options: FileOptions): FileReference {
  for (const name of ['separator', 'header'] as const) {
    if (options[name] === undefined) continue
    throw new HoldfastError('INVALID_ARGUMENT', `options.${name} is for CSV only: leave it out.`, {
      path: `options.${name}`,
    })
  }
  return file
}

/** The path as a pattern that stands for itself alone: see `FileReference.path`. */
export function literally(path: string): string {
  return path.replaceAll(/[*?[]/g, '[$&]')
}

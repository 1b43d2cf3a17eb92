import { extname, resolve } from 'node:path'
import { HoldfastError } from '../../backend/errors.js'
import type { CsvForm, FileFormat, FileReference } from '../../schema/types.js'
import { abortSignal, flag, oneOf, refuse } from '../options.js'
import type { OptionReaders } from '../options.js'
import type { FileOptions } from './file-types.js'

export const fileOptions: OptionReaders<FileOptions> = {
  signal: abortSignal,
  format: oneOf('csv', 'parquet'),
  separator: oneOf(',', ';', '\t', '|'),
  header: flag,
}

const formats: Readonly<Record<string, FileFormat>> = { '.csv': 'csv', '.parquet': 'parquet' }

/**
 * The file that a call names, its path still as it is written but absolute.
 *
 * @throws HoldfastError `INVALID_ARGUMENT`
 */
export function fileReference(given: unknown, options: FileOptions): FileReference {
  if (typeof given !== 'string' || given === '' || given.includes('\0'))
    throw refuse('path', 'the path of a file', given)
  if (/^[a-z0-9+.-]{2,}:\/\//i.test(given)) throw refuse('path', 'the path of a file, not a URL', given)
  const format = options.format ?? formats[extname(given).toLowerCase()]
  if (format === undefined) {
    const message = "The format cannot be told from the file's name: state format: 'csv' or 'parquet'."
    throw new HoldfastError('INVALID_ARGUMENT', message, { path: 'options.format' })
  }
  const path = resolve(given)
  return format === 'csv' ? { path, format, csv: csvForm(options) } : plain(path, format, options)
}

function csvForm({ separator = ',', header = true }: FileOptions): CsvForm {
  return { separator, header }
}

function plain(path: string, format: FileFormat, options: FileOptions): FileReference {
  for (const name of ['separator', 'header'] as const) {
    if (options[name] === undefined) continue
    throw new HoldfastError('INVALID_ARGUMENT', `options.${name} is for CSV only: leave it out.`, {
      path: `options.${name}`,
    })
  }
  return { path, format }
}

/** The path as a pattern that stands for itself alone: see `FileReference.path`. */
export function literally(path: string): string {
  return path.replaceAll(/[*?[]/g, '[$&]')
}

import { HoldfastError } from '@holdfast/core/backend'
import type {
  ColumnDefinition,
  DescribeFile,
  FileColumn,
  FileReference,
  FileSource,
} from '@holdfast/core/backend'
import { describeParquet, inferColumns, openParquet, openSource } from '@holdfast/formats'
import type { Compression } from '@holdfast/formats'
import { filesOf } from './paths.js'
import { unifiedColumns } from './unify.js'

type Request = Omit<DescribeFile, 'file'>

/** What is told to every reader: how the bytes are packed is never guessed again. */
export function howToRead(
  { compression }: FileReference,
  signal: AbortSignal | undefined,
): { readonly compression: Compression; readonly signal?: AbortSignal } {
  return { compression: compression ?? 'none', ...(signal && { signal }) }
}

/**
 * The columns of files, as far as they are asked for.
 *
 * @throws HoldfastError `NOT_FOUND`, `UNAUTHORIZED`, `INVALID_ARGUMENT` for what is no file, `INVALID_DATA` for files that cannot be
 * read, or differ, `SCHEMA_MISMATCH` where a column cannot be read exactly as what it is to be
 */
export async function describeFiles({ file, ...request }: DescribeFile): Promise<readonly FileColumn[]> {
  const [first, ...rest] = await filesOf(file.path)
  let columns = await describeOne(first!, file, request)
  for (const path of rest) {
    const others = await describeOne(path, file, request)
    const unified = unifiedColumns(columns, others, file.format)
    if (unified === undefined) {
      const message = `The files ${first!} and ${path} have different columns, or have them in another order.`
      throw new HoldfastError('INVALID_DATA', `${message} Open them one by one.`)
    }
    columns = unified
  }
  const hasOwn = columns.length > 0 || file.format === 'parquet' || file.format === 'csv'
  // A file without objects lacks nothing.
  return hasOwn ? columns : namesOf(request.columns ?? [])
}

function describeOne(path: string, file: FileReference, request: Request): Promise<readonly FileColumn[]> {
  switch (file.format) {
    case 'parquet':
      return describeParquetFile(path, file, request)
    case 'csv':
      return describeCsv(path, file, request)
    default:
      return describeJson(path, file, request)
  }
}

async function describeParquetFile(
  path: string,
  file: FileReference,
  { columns = [], signal }: Request,
): Promise<readonly FileColumn[]> {
  const bytes = await openSource(path, file.compression ?? 'none', signal)
  try {
    const { columns: found } = await openParquet(bytes, { name: path })
    const names = new Set(found.map(({ name }) => name))
    const wanted = columns.filter(({ name }) => names.has(name))
    if (wanted.length > 0) await openParquet(bytes, { name: path, columns: wanted })
    return found.map(({ name, type, native }) => ({ name, native, ...(type && { type }) }))
  } finally {
    await bytes.close()
  }
}

async function describeCsv(
  path: string,
  file: FileReference,
  { purpose, columns = [], signal }: Request,
): Promise<readonly FileColumn[]> {
  const { header } = file.csv!
  const options = { format: 'csv', ...file.csv, ...howToRead(file, signal) } as const
  if (purpose === 'types') return typed(await inferColumns(path, options))
  return namesOf(header ? await inferColumns(path, { ...options, rows: 1 }) : columns)
}

async function describeJson(
  path: string,
  file: FileReference,
  { purpose, columns = [], signal }: Request,
): Promise<readonly FileColumn[]> {
  if (purpose === 'declared') return namesOf(columns)
  const format = file.format as 'ndjson' | 'json'
  const found = await inferColumns(path, { format, ...howToRead(file, signal) })
  return purpose === 'types' ? typed(found) : namesOf(found)
}

type Named = Pick<ColumnDefinition, 'name' | 'type'>

const namesOf = (columns: readonly Named[]): readonly FileColumn[] => columns.map(({ name }) => ({ name }))

const typed = (columns: readonly Named[]): readonly FileColumn[] =>
  columns.map(({ name, type }) => ({ name, type }))

/**
 * Makes sure that a file still has the columns that it was described with. Of ndjson and JSON nothing can be told but by their rows.
 *
 * @throws HoldfastError `SCHEMA_MISMATCH`
 */
export async function requireSameColumns(
  path: string,
  file: FileSource,
  signal: AbortSignal | undefined,
): Promise<void> {
  if (file.format === 'ndjson' || file.format === 'json' || file.csv?.header === false) return
  const found =
    file.format === 'csv'
      ? await describeCsv(path, file, { purpose: 'names', ...(signal && { signal }) })
      : (await describeParquet(path, howToRead(file, signal))).columns
  const isSame =
    found.length === file.columns.length &&
    found.every(({ name, native }, index) => {
      const before = file.columns[index]!
      return name === before.name && (file.format === 'csv' || native === before.native)
    })
  if (isSame) return
  throw new HoldfastError('SCHEMA_MISMATCH', `${path} has other columns than before: open it again.`)
}

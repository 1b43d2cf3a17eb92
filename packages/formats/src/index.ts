/** Typed, streaming readers and writers of file formats. */

export { compress, compressionOf, decompress } from './bytes/compression.js'
export { readCsv } from './csv/read-csv.js'
export type { CsvOptions, CsvReaderOptions } from './csv/read-csv.js'
export { writeCsv } from './csv/write-csv.js'
export type { CsvWriterOptions } from './csv/write-csv.js'
export { inferColumns } from './infer/infer-columns.js'
export type { FileFormatName, InferOptions } from './infer/infer-columns.js'
export { readJson, readNdjson } from './json/read-json.js'
export type { JsonReaderOptions } from './json/read-json.js'
export { writeJson, writeNdjson } from './json/write-json.js'
export type { JsonWriterOptions } from './json/write-json.js'
export { openParquet } from './parquet/open-parquet.js'
export { describeParquet, readParquet } from './parquet/read-parquet.js'
export type { ParquetDescription, ParquetReaderOptions } from './parquet/read-parquet.js'
export { openSource } from './parquet/read/source.js'
export type { OpenSource } from './parquet/read/source.js'
export { writeParquet } from './parquet/write-parquet.js'
export type {
  ColumnStatistics,
  OpenParquetOptions,
  ParquetColumn,
  ParquetCompression,
  ParquetFile,
  ParquetPage,
  ParquetRowGroup,
  ParquetWriterOptions,
  RandomAccess,
  ReadRowsOptions,
} from './parquet/types.js'
export type {
  ByteSource,
  Compression,
  ForColumns,
  ForTable,
  NamedColumn,
  ReaderOptions,
  RowForm,
  RowIn,
  RowReader,
  RowsToWrite,
  WriterOptions,
} from './types.js'

import { Buffer } from 'node:buffer'

/** With which a Parquet file begins and ends. */
export const magic = Buffer.from('PAR1')

/** What files of ours say that they were written by. */
export const writer = 'holdfast'

/**
 * Where a file says what its columns are, as a table's definition in JSON: the types of Parquet say less. DuckDB's adapter reads
 * and writes the same.
 */
export const typesKey = 'holdfast'

/** The CRC-32 of the metadata from its beginning to the end of the file, itself taken as zeros. */
export const sealKey = 'holdfast.crc32'
export const unsealed = '00000000'

/**
 * In the metadata of a column chunk: the CRC-32 of its offset index, of its column index, and of each page with its header, as
 * numbers of 32 bits in base64. Parquet's own checksums do not cover headers and indexes.
 */
export const checksumsKey = 'holdfast.crc32'

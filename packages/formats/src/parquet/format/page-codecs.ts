import type { CompressionCodec } from 'hyparquet'
import {
  brotliDecompressSync,
  constants,
  gunzipSync,
  gzipSync,
  zstdCompressSync,
  zstdDecompressSync,
} from 'node:zlib'
import type { ParquetCompression } from '../types.js'

/** Packs or unpacks the bytes of a page; `length` is that of the unpacked ones. */
type Pack = (bytes: Uint8Array) => Uint8Array
type Unpack = (bytes: Uint8Array, length: number) => Uint8Array

export const codecOf: Readonly<Record<ParquetCompression, CompressionCodec>> = {
  zstd: 'ZSTD',
  snappy: 'SNAPPY',
  gzip: 'GZIP',
  none: 'UNCOMPRESSED',
}

const asItIs: Pack = (bytes) => bytes

const zstd: Pack = (bytes) => zstdCompressSync(bytes, { params: { [constants.ZSTD_c_compressionLevel]: 1 } })

export async function packerOf(compression: ParquetCompression): Promise<Pack> {
  switch (compression) {
    case 'none':
      return asItIs
    case 'gzip':
      return gzipSync
    case 'zstd':
      return zstd
    case 'snappy':
      return (await import('hyparquet-writer/src/snappy.js')).snappyCompress
  }
}

const native: Partial<Record<CompressionCodec, Unpack>> = {
  UNCOMPRESSED: asItIs,
  GZIP: (bytes, length) => gunzipSync(bytes, { maxOutputLength: Math.max(length, 1) }),
  ZSTD: (bytes, length) => zstdDecompressSync(bytes, { maxOutputLength: Math.max(length, 1) }),
  BROTLI: (bytes, length) => brotliDecompressSync(bytes, { maxOutputLength: Math.max(length, 1) }),
}

/** By how much these can shrink bytes at most: a length above is a lie, and no memory is taken for it. */
const mostShrunk: Partial<Record<CompressionCodec, number>> = { SNAPPY: 64, LZ4: 256, LZ4_RAW: 256 }

/** How pages of this kind are unpacked; undefined where nothing here can. */
export async function unpackerOf(codec: CompressionCodec): Promise<Unpack | undefined> {
  const own = native[codec]
  if (own !== undefined) return own
  const most = mostShrunk[codec]
  if (most === undefined) return undefined
  const { compressors } = await import('hyparquet-compressors')
  const unpack = compressors[codec]!
  return (bytes, length) => {
    if (length > bytes.length * most + 64)
      throw new RangeError('the length of a page is not that of its bytes')
    return unpack(bytes, length)
  }
}

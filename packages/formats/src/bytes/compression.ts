import { isHoldfastError } from '@holdfast/core/backend'
import type { Transform } from 'node:stream'
import { createGunzip, createGzip, createZstdCompress, createZstdDecompress } from 'node:zlib'
import { asError } from '../errors.js'
import type { Compression } from '../types.js'

type Packed = Exclude<Compression, 'none'>

const packers: Readonly<Record<Packed, () => Transform>> = {
  gzip: createGzip,
  zstd: createZstdCompress,
}

const unpackers: Readonly<Record<Packed, () => Transform>> = {
  gzip: createGunzip,
  zstd: createZstdDecompress,
}

const endings: Readonly<Record<string, Packed>> = { '.gz': 'gzip', '.zst': 'zstd' }

/** What the ending of a file's name says of its compression. */
export function compressionOf(path: string): Compression {
  const [ending = ''] = /\.[^.]*$/.exec(path.toLowerCase()) ?? []
  return endings[ending] ?? 'none'
}

/** Packs bytes as they come, in bounded memory. */
export function compress(
  source: AsyncIterable<Uint8Array>,
  compression: Compression,
): AsyncIterable<Uint8Array> {
  return compression === 'none' ? source : through(source, packers[compression]())
}

/**
 * Unpacks bytes as they come, in bounded memory.
 *
 * @param file what errors call the bytes
 * @throws HoldfastError `INVALID_DATA` where they are damaged, cut off, or packed otherwise
 */
export async function* decompress(
  source: AsyncIterable<Uint8Array>,
  compression: Compression,
  file = 'the input',
): AsyncGenerator<Uint8Array> {
  try {
    if (compression === 'none') yield* source
    else yield* through(source, unpackers[compression]())
  } catch (cause) {
    if (!isPackingFault(cause)) throw cause
    const message = `the ${compression} data is damaged or cut off, or is none`
    throw asError({ code: 'INVALID_DATA', message, details: { cause } }, file)
  }
}

function isPackingFault(error: unknown): boolean {
  if (isHoldfastError(error) || !(error instanceof Error) || !('code' in error)) return false
  return /^(Z_|ZSTD_|ERR_TRAILING_JUNK)/.test(String(error.code))
}

/** Everything is closed when it ends, whoever ends it, before the caller goes on. */
async function* through(source: AsyncIterable<Uint8Array>, stream: Transform): AsyncGenerator<Uint8Array> {
  const feeding = feed(source, stream)
  try {
    for await (const bytes of stream) yield bytes as Uint8Array
  } finally {
    stream.destroy()
    await feeding
  }
}

async function feed(source: AsyncIterable<Uint8Array>, stream: Transform): Promise<void> {
  try {
    for await (const bytes of source) {
      await write(stream, bytes)
      if (stream.destroyed) return
    }
    stream.end()
  } catch (error) {
    stream.destroy(error as Error)
  }
}

/** The bytes are the source's own again when it has ended. */
function write(stream: Transform, bytes: Uint8Array): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      stream.off('close', done)
      resolve()
    }
    stream.once('close', done)
    stream.write(bytes, done)
  })
}

import { HoldfastError } from '@holdfast/core/backend'
import { Buffer } from 'node:buffer'
import { open } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { isUint8Array } from 'node:util/types'
import { compressionOf } from '../../bytes/compression.js'
import { bytesFrom, fault } from '../../bytes/source.js'
import type { ByteSource, Compression } from '../../types.js'
import type { RandomAccess } from '../types.js'

/** What cannot be read anywhere is kept in memory, up to so many bytes. */
const mostInMemory = 512 * 1024 * 1024

/** A file that is open. */
export interface OpenSource extends RandomAccess {
  readonly name: string
  close(): Promise<void>
}

/**
 * Opens bytes for reading anywhere in them: a file where it lies, and all else in memory.
 *
 * @throws HoldfastError `NOT_FOUND`, `UNAUTHORIZED`, `IO`, `INVALID_ARGUMENT`; `LIMIT_EXCEEDED` for a stream over 512 MiB;
 * `INVALID_DATA` for a packed one that is damaged; `ABORTED`
 */
export async function openSource(
  source: ByteSource,
  compression: Compression | undefined,
  signal: AbortSignal | undefined,
): Promise<OpenSource> {
  if (typeof source === 'string' || source instanceof URL) {
    const path = typeof source === 'string' ? source : fileURLToPath(source)
    if ((compression ?? compressionOf(path)) === 'none') return openPath(path)
  } else if (isUint8Array(source) && (compression ?? 'none') === 'none') return inMemory(source, 'the input')
  const packed = bytesFrom(source, compression, signal)
  const pieces: Uint8Array[] = []
  let size = 0
  for await (const piece of packed.bytes()) {
    size += piece.length
    if (size > mostInMemory) {
      const message = `${packed.name}: Parquet is read from its end, and more than 512 MiB are not kept for that. Save it as a file first, unpacked, and give its path.`
      throw new HoldfastError('LIMIT_EXCEEDED', message)
    }
    // A piece is valid until the next one is asked for.
    pieces.push(new Uint8Array(piece))
  }
  return inMemory(Buffer.concat(pieces), packed.name)
}

function inMemory(bytes: Uint8Array, name: string): OpenSource {
  return {
    name,
    byteLength: bytes.length,
    slice: (start, end) => bytes.subarray(start, end),
    close: () => Promise.resolve(),
  }
}

async function openPath(path: string): Promise<OpenSource> {
  const told = async <Value>(work: Promise<Value>) => {
    try {
      return await work
    } catch (error) {
      throw fault(error, path)
    }
  }
  const file = await told(open(path))
  const { size } = await told(file.stat())
  return {
    name: path,
    byteLength: size,
    slice: async (start, end) => {
      const bytes = Buffer.allocUnsafeSlow(end - start)
      for (let at = 0; at < bytes.length;) {
        const { bytesRead } = await told(file.read(bytes, at, bytes.length - at, start + at))
        if (bytesRead === 0) return bytes.subarray(0, at)
        at += bytesRead
      }
      return bytes
    },
    close: () => told(file.close()),
  }
}

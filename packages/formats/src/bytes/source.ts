import { HoldfastError } from '@holdfast/core/backend'
import type { ErrorCode } from '@holdfast/core/backend'
import { open } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { isUint8Array } from 'node:util/types'
import type { ByteSource, Compression } from '../types.js'
import { compressionOf, decompress } from './compression.js'
import { untilAborted } from './until-aborted.js'

const bytesAtOnce = 256 * 1024

export interface NamedBytes {
  /** What errors call the source. */
  readonly name: string
  /** Opens the source. A piece is valid until the next one is asked for. */
  bytes(): AsyncIterable<Uint8Array>
}

/**
 * The bytes of a source, unpacked.
 *
 * @throws HoldfastError `INVALID_ARGUMENT` for what is no source; while reading `NOT_FOUND`, `UNAUTHORIZED`, `IO`,
 * `INVALID_DATA`, `ABORTED`
 */
export function bytesFrom(
  source: ByteSource,
  compression: Compression | undefined,
  signal: AbortSignal | undefined,
): NamedBytes {
  if (typeof source === 'string' || source instanceof URL) {
    const path = typeof source === 'string' ? source : fileURLToPath(source)
    return unpacked(path, compression ?? compressionOf(path), () => bytesOfFile(path))
  }
  const start = piecesOf(source)
  return unpacked('the input', compression ?? 'none', () => onlyBytes(untilAborted(start, signal)))
}

function unpacked(name: string, compression: Compression, raw: () => AsyncIterable<Uint8Array>): NamedBytes {
  return { name, bytes: () => decompress(raw(), compression, name) }
}

/** A file as it is read, by way of two pieces of memory: while the caller has one the other is filled. */
async function* bytesOfFile(path: string): AsyncGenerator<Uint8Array> {
  const file = await open(path).catch((error: unknown) => {
    throw fault(error, path)
  })
  const fill = (buffer: Uint8Array) => {
    const filling = file.read(buffer, 0, bytesAtOnce, null)
    // Told when it is waited for.
    filling.catch(() => undefined)
    return filling
  }
  let filling = fill(Buffer.allocUnsafeSlow(bytesAtOnce))
  let spare: Uint8Array = Buffer.allocUnsafeSlow(bytesAtOnce)
  try {
    for (;;) {
      const { buffer, bytesRead } = await filling
      if (bytesRead === 0) return
      filling = fill(spare)
      yield buffer.subarray(0, bytesRead)
      spare = buffer
    }
  } catch (error) {
    throw fault(error, path)
  } finally {
    await filling.catch(() => undefined)
    await file.close()
  }
}

const faults: Readonly<Record<string, readonly [ErrorCode, string]>> = {
  ENOENT: ['NOT_FOUND', 'there is no such file'],
  ENOTDIR: ['NOT_FOUND', 'there is no such file'],
  EISDIR: ['INVALID_ARGUMENT', 'this is a folder'],
  EACCES: ['UNAUTHORIZED', 'the process may not read it'],
  EPERM: ['UNAUTHORIZED', 'the process may not read it'],
}

export function fault(cause: unknown, path: string): HoldfastError {
  const native = cause instanceof Error && 'code' in cause ? String(cause.code) : ''
  const [code, problem] = faults[native] ?? ['IO', 'the file could not be read']
  return new HoldfastError(code, `${path}: ${problem}.`, { cause })
}

type Pieces = AsyncIterator<Uint8Array> | Iterator<Uint8Array>

/** Opens what can be iterated. */
function piecesOf(source: Exclude<ByteSource, string | URL>): () => Pieces {
  if (isUint8Array(source)) return () => [source].values()
  if (typeof source === 'object' && source !== null) {
    if (Symbol.asyncIterator in source) return () => source[Symbol.asyncIterator]()
    if (Symbol.iterator in source) return () => source[Symbol.iterator]()
  }
  throw new HoldfastError(
    'INVALID_ARGUMENT',
    'The source must be the path of a file, a Uint8Array, or an iterable of such.',
    { path: 'source' },
  )
}

async function* onlyBytes(items: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  for await (const item of items) {
    if (!isUint8Array(item)) throw noBytes()
    yield item
  }
}

function noBytes(): HoldfastError {
  const message = 'The source gave something else than a Uint8Array. Read text as bytes, without an encoding.'
  return new HoldfastError('INVALID_ARGUMENT', message, { path: 'source' })
}

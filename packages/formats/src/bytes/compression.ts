import { isHoldfastError } from '@holdfast/core/backend'
import type { Transform } from 'node:stream'
import { constants, createGunzip, createGzip, createZstdCompress, createZstdDecompress } from 'node:zlib'
import type { Zlib } from 'node:zlib'
import { asError } from '../errors.js'
import type { Compression } from '../types.js'

type Packed = Exclude<Compression, 'none'>
type Packing = Transform & Zlib

const packers: Readonly<Record<Packed, () => Packing>> = {
  gzip: createGzip,
  // Without a checksum, which gzip always has, damage would be read as something else.
  zstd: () => createZstdCompress({ params: { [constants.ZSTD_c_checksumFlag]: 1 } }),
}

const unpackers: Readonly<Record<Packed, () => Packing>> = {
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
  return compression === 'none' ? source : through(new Input(source), packers[compression]())
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
    else yield* parts(source, unpackers[compression])
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

/** A packed file may be several put together. */
async function* parts(
  source: AsyncIterable<Uint8Array>,
  unpacker: () => Packing,
): AsyncGenerator<Uint8Array> {
  const input = new Input(source)
  do yield* through(input, unpacker())
  while (input.hasRest)
}

/** The input is closed when it ends, whoever ends it and before the caller goes on, unless something of it is left. */
async function* through(input: Input, stream: Packing): AsyncGenerator<Uint8Array> {
  const feeding = input.feed(stream)
  let isWhole = false
  try {
    for await (const bytes of stream) yield bytes as Uint8Array
    isWhole = true
  } finally {
    stream.destroy()
    await feeding
    if (!isWhole || !input.hasRest) await input.close()
  }
}

/** Bytes on their way into streams. */
class Input {
  readonly #pieces: AsyncIterator<Uint8Array>
  #rest: Uint8Array | undefined
  #isOpen = true

  constructor(source: AsyncIterable<Uint8Array>) {
    this.#pieces = source[Symbol.asyncIterator]()
  }

  /** Whether the stream that was fed has ended by itself before it had taken everything. */
  get hasRest(): boolean {
    return this.#rest !== undefined
  }

  async feed(stream: Packing): Promise<void> {
    try {
      let all = 0
      for (let bytes = await this.#next(); bytes !== undefined; bytes = await this.#next()) {
        all += bytes.length
        const left = all - (await write(stream, bytes))
        if (left > 0) this.#rest = bytes.subarray(bytes.length - left)
        if (left > 0 || stream.destroyed) return
      }
      stream.end()
    } catch (error) {
      stream.destroy(error as Error)
    }
  }

  async close(): Promise<void> {
    if (!this.#isOpen) return
    this.#isOpen = false
    await this.#pieces.return?.()
  }

  async #next(): Promise<Uint8Array | undefined> {
    const rest = this.#rest
    this.#rest = undefined
    if (rest !== undefined) return rest
    const wasOpen = this.#isOpen
    this.#isOpen = false
    const step = wasOpen ? await this.#pieces.next() : undefined
    if (step === undefined || step.done === true) return undefined
    this.#isOpen = true
    return step.value
  }
}

/** How many bytes the stream has taken by the time when it is done with these. Afterwards they are the source's own again. */
function write(stream: Packing, bytes: Uint8Array): Promise<number> {
  return new Promise((resolve) => {
    const done = () => {
      stream.off('close', done)
      resolve(stream.bytesWritten)
    }
    stream.once('close', done)
    stream.write(bytes, done)
  })
}

import { Buffer } from 'node:buffer'
import { mkdtemp, open, rm } from 'node:fs/promises'
import type { FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import { HoldfastError } from '../../backend/errors.js'

/** The bytes that are written and read at once. */
export const blockSize = 64 * 1024
/** The bytes of memory that most readers and writers get by with: a block and what is left of the one before. */
export const bufferSize = 2 * blockSize

interface Opened {
  readonly handle: FileHandle
  /** What is left to remove at the end. */
  readonly folder?: string
}

/**
 * A file of blocks that lives as long as one query. It is made when the first block is written, in a folder of its own that
 * nobody else may look into, and has no name from then on, so that the system removes it however the process ends.
 *
 * Everything rejects with `IO` where the file system fails.
 */
export class TemporaryFile {
  readonly #parent: string
  readonly #wrote: (bytes: number) => void
  #opened: Promise<Opened> | undefined
  /** Blocks whose rows have been read for the last time. */
  readonly #free: number[] = []
  readonly #buffers: Buffer[] = []
  #blocks = 0

  /** @param wrote is told of the bytes that are written */
  constructor(parent: string, wrote: (bytes: number) => void) {
    this.#parent = parent
    this.#wrote = wrote
  }

  /** How far the file reaches, in bytes. */
  get size(): number {
    return this.#blocks * blockSize
  }

  /** Writes at most one block; gives its number. */
  async write(bytes: Uint8Array): Promise<number> {
    const { handle } = await (this.#opened ??= this.#attempt(() => openIn(this.#parent)))
    const block = this.#free.pop() ?? this.#blocks++
    await this.#attempt(async () => {
      for (let done = 0; done < bytes.length;) {
        const { bytesWritten } = await handle.write(
          bytes,
          done,
          bytes.length - done,
          block * blockSize + done,
        )
        done += bytesWritten
      }
    })
    this.#wrote(bytes.length)
    return block
  }

  /** Fills `into` from the beginning of a block. */
  async read(block: number, into: Uint8Array): Promise<void> {
    const { handle } = await this.#opened!
    await this.#attempt(async () => {
      for (let done = 0; done < into.length;) {
        const { bytesRead } = await handle.read(into, done, into.length - done, block * blockSize + done)
        if (bytesRead === 0) throw new Error('The file has become shorter.')
        done += bytesRead
      }
    })
  }

  /** Memory that somebody may have used before: what is asked for again and again is not made anew each time. */
  borrow(length: number): Buffer {
    return (length === bufferSize ? this.#buffers.pop() : undefined) ?? Buffer.allocUnsafeSlow(length)
  }

  /** Takes memory back that is used no more. */
  giveBack(buffer: Buffer): void {
    if (buffer.length === bufferSize) this.#buffers.push(buffer)
  }

  /** Gives a block back, to be written anew. */
  release(block: number): void {
    this.#free.push(block)
  }

  /** Ends the file, if there is one. */
  async close(): Promise<void> {
    const opened = this.#opened
    this.#opened = undefined
    if (opened === undefined) return
    const found = await opened.catch(() => undefined)
    if (found === undefined) return
    await found.handle.close()
    if (found.folder !== undefined) await rm(found.folder, { recursive: true, force: true })
  }

  async #attempt<Result>(work: () => Promise<Result>): Promise<Result> {
    try {
      return await work()
    } catch (cause) {
      throw failure(this.#parent, cause)
    }
  }
}

async function openIn(parent: string): Promise<Opened> {
  const folder = await mkdtemp(join(parent, 'holdfast-'))
  let handle: FileHandle | undefined
  try {
    handle = await open(join(folder, 'rows'), 'wx+', 0o600)
    // Windows removes no file that is open.
    if (process.platform === 'win32') return { handle, folder }
    await rm(folder, { recursive: true })
    return { handle }
  } catch (error) {
    await handle?.close()
    await rm(folder, { recursive: true, force: true })
    throw error
  }
}

function failure(folder: string, cause: unknown): HoldfastError {
  const code = (cause as { code?: unknown } | null)?.code
  const reason = typeof code === 'string' ? ` (${code})` : ''
  const advice =
    code === 'ENOSPC' || code === 'EDQUOT' || code === 'EFBIG'
      ? 'Make room there, or open the database with another temporaryFolder or a greater workMemory.'
      : 'Open the database with a temporaryFolder that can be written to, or with a greater workMemory.'
  return new HoldfastError(
    'IO',
    `A query needs more than its workMemory, and the temporary folder ${JSON.stringify(folder)} failed${reason}. ${advice}`,
    { cause },
  )
}

import { integer, table, text } from '@holdfast/core'
import fc from 'fast-check'
import { existsSync, mkdtempSync, readdirSync, readlinkSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { gzipSync, zstdCompressSync } from 'node:zlib'
import { describe, expect, onTestFinished, test } from 'vitest'
import { compress, decompress, readCsv, readJson, readNdjson, writeCsv } from '../src/index.js'
import type { Compression, RowsToWrite } from '../src/index.js'
import { collect, cuts, inPieces, outcomeOf } from './bytes.js'

const items = table('items', { id: integer().primaryKey(), name: text() })
const itemRows = (count: number) => Array.from({ length: count }, (_, id) => ({ id, name: `item ${id}` }))
const csvOf = (count: number) => collect(writeCsv(itemRows(count), { table: items }))

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-formats-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** A source that tells whether it was closed. */
function watched(bytes: Uint8Array, size = 1000) {
  const state = { taken: 0, isClosed: false }
  async function* source() {
    try {
      for await (const piece of inPieces(bytes, [size])) {
        state.taken += piece.length
        yield piece
      }
    } finally {
      await new Promise((resolve) => setImmediate(resolve))
      state.isClosed = true
    }
  }
  return { source: source(), state }
}

const packs = { none: (bytes: Uint8Array) => bytes, gzip: gzipSync, zstd: zstdCompressSync }
const compressions = Object.keys(packs) as Compression[]

describe('files', () => {
  test('are read by path and by URL, as often as one likes, and unpacked as their names say', async () => {
    const folder = temporaryFolder()
    const csv = await csvOf(5000)
    for (const [ending, compression] of [
      ['', 'none'],
      ['.gz', 'gzip'],
      ['.zst', 'zstd'],
    ] as const) {
      const path = join(folder, `items.csv${ending}`)
      writeFileSync(path, packs[compression](csv))
      for (const source of [path, pathToFileURL(path)]) {
        const reader = readCsv(source, { table: items })
        expect(await Array.fromAsync(reader)).toEqual(itemRows(5000))
        expect((await Array.fromAsync(reader.batches())).flat()).toEqual(itemRows(5000))
      }
    }
  })

  test('that cannot be read are told by their names', async () => {
    const folder = temporaryFolder()
    const missing = join(folder, 'missing.csv')
    const { refused } = await outcomeOf(readCsv(missing, { table: items }))
    expect(refused).toMatchObject({ code: 'NOT_FOUND', message: expect.stringContaining(missing) as string })
    expect((await outcomeOf(readCsv(folder, { table: items }))).refused?.code).toBe('INVALID_ARGUMENT')
  })

  test('are closed when the loop is left, and on an error', async () => {
    const path = join(temporaryFolder(), 'items.csv.gz')
    // Elsewhere than on Linux it is not seen which files are open.
    const descriptors = '/proc/self/fd'
    const canSee = existsSync(descriptors)
    const isOpen = () =>
      canSee && readdirSync(descriptors).some((fd) => linkOf(join(descriptors, fd)) === path)
    writeFileSync(path, gzipSync(Buffer.concat([await csvOf(50_000), Buffer.from('x,y\n')])))
    let wasOpen = false
    for await (const row of readCsv(path, { table: items })) {
      wasOpen ||= isOpen()
      if (row.id === 20_000) break
    }
    expect([wasOpen, isOpen()]).toEqual([canSee, false])
    expect((await outcomeOf(readCsv(path, { table: items }))).refused?.path).toBe('rows[50000].id')
    expect(isOpen()).toBe(false)
  })
})

function linkOf(path: string): string | undefined {
  try {
    return readlinkSync(path)
  } catch {
    return undefined
  }
}

describe.for(compressions)('a source, packed as %s,', (compression) => {
  const options = { table: items, compression }

  test('is closed when the loop is left, and not read further', async () => {
    const csv = packs[compression](await csvOf(100_000))
    for (const form of ['rows', 'batches'] as const) {
      const { source, state } = watched(csv)
      const reader = readCsv(source, options)
      for await (const _ of form === 'rows' ? reader : reader.batches()) break
      expect(state.isClosed).toBe(true)
      expect(state.taken).toBeLessThan(csv.length / 2)
    }
  })

  test('is closed on an error', async () => {
    const { source, state } = watched(packs[compression](Buffer.from('id,name\n1,a\nx,b\n3,c\n')), 3)
    expect((await outcomeOf(readCsv(source, options))).refused?.path).toBe('rows[1].id')
    expect(state.isClosed).toBe(true)
  })

  test('may throw whatever it likes', async () => {
    const fault = new TypeError('mine')
    async function* source() {
      yield packs[compression](await csvOf(10)).subarray(0, 8)
      throw fault
    }
    await expect(Array.fromAsync(readCsv(source(), options))).rejects.toBe(fault)
  })

  test('is left when the caller aborts, even if it never answers', async () => {
    const controller = new AbortController()
    let isClosed = false
    const source = {
      [Symbol.asyncIterator]: () => ({
        next: () => new Promise<IteratorResult<Uint8Array>>(() => {}),
        return: async () => {
          isClosed = true
          return { done: true, value: undefined } as const
        },
      }),
    }
    setTimeout(() => controller.abort(new Error('enough')), 5)
    const reading = Array.fromAsync(readCsv(source, { ...options, signal: controller.signal }))
    await expect(reading).rejects.toMatchObject({ code: 'ABORTED', cause: { message: 'enough' } })
    expect(isClosed).toBe(true)
  })

  test('is not opened when the caller has aborted before', async () => {
    const { source, state } = watched(await csvOf(1))
    const reading = Array.fromAsync(readCsv(source, { ...options, signal: AbortSignal.abort() }))
    await expect(reading).rejects.toMatchObject({ code: 'ABORTED' })
    expect(state.taken).toBe(0)
  })

  test('ends between two batches when the caller aborts', async () => {
    const controller = new AbortController()
    const { source, state } = watched(packs[compression](await csvOf(100_000)))
    const reading = (async () => {
      for await (const _ of readCsv(source, { ...options, signal: controller.signal }).batches())
        controller.abort()
    })()
    await expect(reading).rejects.toMatchObject({ code: 'ABORTED' })
    expect(state.isClosed).toBe(true)
  })
})

describe.for(['gzip', 'zstd'] as const)('%s', (compression) => {
  const pack = packs[compression]

  test('that was put together from parts is read whole, however it is cut', async () => {
    const parts = fc.array(fc.string({ maxLength: 30 }), { minLength: 1, maxLength: 4 })
    await fc.assert(
      fc.asyncProperty(parts, cuts, async (texts, sizes) => {
        const packed = Buffer.concat(texts.map((part) => pack(Buffer.from(part))))
        const unpacked = await collect(decompress(inPieces(packed, sizes), compression))
        expect(unpacked.toString()).toBe(texts.join(''))
      }),
    )
  })

  test('that is cut off, or is followed by something else, is refused', async () => {
    const packed = pack(Buffer.from('id,name\n1,a\n'))
    const answer = (bytes: Uint8Array, sizes: readonly number[]) =>
      outcomeOf(readCsv(inPieces(bytes, sizes), { table: items, compression }))
    for (const sizes of [[1], [5, 7], [1000]]) {
      for (let end = 1; end < packed.length; end++)
        expect((await answer(packed.subarray(0, end), sizes)).refused?.code).toBe('INVALID_DATA')
      for (const junk of ['\0', 'x', 'id,name\n2,b\n'])
        expect((await answer(Buffer.concat([packed, Buffer.from(junk)]), sizes)).refused?.code).toBe(
          'INVALID_DATA',
        )
    }
  })

  test('that is damaged is refused, or still says the same', async () => {
    const packed = await collect(compress(inPieces(await csvOf(50), [1000]), compression))
    let refusals = 0
    for (let at = 0; at < packed.length; at++) {
      const damaged = Buffer.from(packed)
      damaged[at]! ^= 0x10
      const { rows, refused } = await outcomeOf(readCsv(damaged, { table: items, compression }))
      if (refused === undefined) expect(rows).toEqual(itemRows(50))
      else refusals++
    }
    expect(refusals).toBeGreaterThan(packed.length / 2)
  })

  test('is what it takes to pack bytes and get them back', async () => {
    const bytes = await csvOf(10_000)
    const packed = await collect(compress(inPieces(bytes, [777]), compression))
    expect(packed.length).toBeLessThan(bytes.length / 2)
    expect(await collect(decompress(inPieces(packed, [1000]), compression))).toEqual(bytes)
  })
})

test('memory does not grow with what is read and written', async () => {
  const block = Buffer.from(Array.from({ length: 1000 }, (_, id) => `${id},"name ""${id}"""\n`).join(''))
  async function* endless() {
    yield Buffer.from('id,name\n')
    for (let turn = 0; turn < 2000; turn++) yield block
  }
  let most = 0
  let count = 0
  const packed = compress(writeCsv(readCsv(endless(), { table: items }).batches(), { table: items }), 'gzip')
  for await (const rows of readCsv(packed, { table: items, compression: 'gzip' }).batches()) {
    count += rows.length
    most = Math.max(most, process.memoryUsage().arrayBuffers)
  }
  expect(count).toBe(2_000_000)
  expect(most).toBeLessThan(32 * 1024 * 1024)
})

test('calls that do not wait for each other get rows in order', async () => {
  const bytes = await csvOf(20_000)
  const iterator = readCsv(inPieces(bytes, [5000]), { table: items })[Symbol.asyncIterator]()
  const steps = await Promise.all(Array.from({ length: 20_001 }, () => iterator.next()))
  expect(steps.slice(0, -1).map(({ value }) => value as unknown)).toEqual(itemRows(20_000))
  expect(steps.at(-1)).toEqual({ done: true, value: undefined })
})

test('what is no source, no bytes, no rows', async () => {
  for (const read of [readCsv, readNdjson, readJson]) {
    expect(() => read(7 as unknown as string, { table: items })).toThrow(
      expect.objectContaining({ path: 'source' }),
    )
    const { refused } = await outcomeOf(read(['id,name\n'] as unknown as Uint8Array[], { table: items }))
    expect(refused).toMatchObject({ code: 'INVALID_ARGUMENT', path: 'source' })
  }
  const noRows = collect(writeCsv(7 as unknown as RowsToWrite, { table: items }))
  await expect(noRows).rejects.toMatchObject({ code: 'INVALID_ARGUMENT', path: 'rows' })
  const noRow = collect(writeCsv([null] as unknown as object[], { table: items }))
  await expect(noRow).rejects.toMatchObject({ code: 'INVALID_VALUE', path: 'rows[0]' })
})

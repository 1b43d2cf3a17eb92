import { HoldfastError } from '@holdfast/core'
import type { StoredRow, StoredValue } from '@holdfast/core/backend'
import { comparatorOf } from '@holdfast/core/backend'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { openParquet, writeParquet } from '../src/index.js'
import type { ParquetCompression, ParquetFile } from '../src/index.js'
import { collect } from './bytes.js'
import { everything, stored, userRows } from './everything.js'

const { columns } = everything.definition
const compressions = fc.constantFrom<ParquetCompression>('zstd', 'snappy', 'gzip', 'none')
const groups = fc.integer({ min: 1, max: 12 })

async function allRows(file: ParquetFile): Promise<StoredRow[]> {
  const rows: StoredRow[] = []
  for (const index of file.rowGroups.keys()) for await (const batch of file.rows(index)) rows.push(...batch)
  return rows
}

test('what is written comes back, of every type, in every compression', async () => {
  await fc.assert(
    fc.asyncProperty(userRows, compressions, groups, async (users, compression, rowGroupRows) => {
      const rows = users.map(stored)
      const options = { table: everything, compression, rowGroupRows, metadata: { by: 'a test' } }
      const bytes = await collect(writeParquet(users, options))
      const file = await openParquet(bytes)
      expect(await allRows(file)).toEqual(rows)
      expect(file.rowCount).toBe(rows.length)
      expect(file.isSealed).toBe(true)
      expect(file.metadata).toEqual({ by: 'a test' })
      expect(file.columns.map(({ name, type, nullable }) => ({ name, type, nullable }))).toEqual(
        columns.map(({ name, type, nullable }) => ({ name, type, nullable })),
      )
      expect(file.rowGroups.map((group) => group.rows)).toEqual(sizes(rows.length, rowGroupRows))
      expect(await collect(writeParquet([rows], { ...options, form: 'stored' }))).toEqual(bytes)
    }),
    { numRuns: 100 },
  )
})

function sizes(rows: number, most: number): number[] {
  return Array.from({ length: Math.ceil(rows / most) }, (_, index) => Math.min(most, rows - index * most))
}

test('statistics are the least and the greatest value in our order, and how many are null', async () => {
  await fc.assert(
    fc.asyncProperty(userRows, groups, async (users, rowGroupRows) => {
      const rows = users.map(stored)
      const file = await openParquet(await collect(writeParquet(users, { table: everything, rowGroupRows })))
      for (const group of file.rowGroups) {
        const own = rows.slice(group.firstRow, group.firstRow + group.rows)
        for (const { name, type } of columns) {
          const values = own.map((row) => row[name]!).filter((value) => value !== null)
          const sorted = values.toSorted(comparatorOf(type))
          const told = group.statistics(name)!
          expect(told.nulls).toBe(own.length - values.length)
          if (values.length === 0 || type.name === 'json') expect(told).not.toHaveProperty('min')
          else if (told.isExact) expect([told.min, told.max]).toEqual([sorted[0], sorted.at(-1)])
          else expectAround(comparatorOf(type), told.min!, sorted, told.max!)
        }
      }
    }),
    { numRuns: 50 },
  )
})

function expectAround(
  compare: (left: StoredValue, right: StoredValue) => number,
  min: StoredValue,
  sorted: readonly StoredValue[],
  max: StoredValue,
): void {
  expect(compare(min, sorted[0]!)).toBeLessThanOrEqual(0)
  expect(compare(max, sorted.at(-1)!)).toBeGreaterThanOrEqual(0)
}

test('rows are read from anywhere, and only the columns that are asked for', async () => {
  const rows = Array.from({ length: 20_000 }, (_, id) => ({
    id,
    name: id % 7 === 0 ? null : `name ${id % 50}`,
    note: id % 3 === 0 ? null : `a note of ${id}`,
  }))
  const columns = [
    { name: 'id', type: { name: 'integer' }, nullable: false },
    { name: 'name', type: { name: 'text' }, nullable: true },
    { name: 'note', type: { name: 'text' }, nullable: true },
  ] as const
  const bytes = await collect(
    writeParquet([rows], { columns, form: 'stored', rowGroupRows: 15_000, pageRows: 4096 }),
  )
  const read: number[] = []
  const slice = (start: number, end: number) => {
    read.push(end - start)
    return bytes.subarray(start, end)
  }
  const file = await openParquet({ byteLength: bytes.length, slice })
  const limits = fc.tuple(fc.nat(15_000), fc.nat(15_000))
  const names = fc.subarray(['id', 'name', 'note'], { minLength: 1 })
  await fc.assert(
    fc.asyncProperty(limits, names, async ([one, other], wanted) => {
      const [from, to] = [Math.min(one, other), Math.max(one, other)]
      const found = (await Array.fromAsync(file.rows(0, { columns: wanted, from, to }))).flat()
      const pick = (row: StoredRow) => Object.fromEntries(wanted.map((name) => [name, row[name]]))
      expect(found).toEqual(rows.slice(from, to).map(pick))
    }),
    { numRuns: 60 },
  )
  const pages = await file.pages(0, 'id')
  expect(pages!.map(({ from, to }) => [from, to])).toEqual([
    [0, 4096],
    [4096, 8192],
    [8192, 12288],
    [12288, 15000],
  ])
  expect(pages![1]!.statistics).toEqual({ min: 4096, max: 8191, nulls: 0, isExact: true })
  read.length = 0
  expect((await file.rows(0, { columns: ['id'], from: 9000, to: 9001 }).next()).value).toEqual([{ id: 9000 }])
  expect(Math.max(...read)).toBeLessThan(file.rowGroups[0]!.byteRange.end / 4)
})

test('a changed byte, or a missing end, is an error, and never another row', async () => {
  const rows = [
    { id: 1, name: 'a', price: 5n, token: null, doc: '{"a":1}' },
    { id: 2, name: null, price: -5n, token: 'ffffffff-0000-4000-8000-000000000000', doc: null },
    { id: 3, name: 'a', price: 0n, token: null, doc: null },
  ]
  const columns = [
    { name: 'id', type: { name: 'integer' }, nullable: false },
    { name: 'name', type: { name: 'text' }, nullable: true },
    { name: 'price', type: { name: 'decimal', precision: 5, scale: 2 }, nullable: false },
    { name: 'token', type: { name: 'uuid' }, nullable: true },
    { name: 'doc', type: { name: 'json' }, nullable: true },
  ] as const
  const bytes = await collect(writeParquet([rows], { columns, form: 'stored', rowGroupRows: 2 }))
  expect((await openParquet(bytes)).isSealed).toBe(true)
  const outcome = async (changed: Uint8Array) => {
    try {
      const file = await openParquet(changed)
      return await allRows(file)
    } catch (error) {
      if (error instanceof HoldfastError) return error.code
      throw error
    }
  }
  const verified = async (changed: Uint8Array) => {
    const file = await openParquet(changed, { name: 'a file' })
    for (const group of file.rowGroups.keys()) await file.verify(group)
  }
  await verified(bytes)
  for (let at = 0; at < bytes.length; at++) {
    for (const mask of [1, 0x80, 0x12]) {
      const changed = Buffer.from(bytes)
      changed[at]! ^= mask
      const found = await outcome(changed)
      if (found !== 'INVALID_DATA') expect(found, `byte ${at}`).toEqual(rows)
      await expect(verified(changed), `byte ${at}`).rejects.toMatchObject({
        code: 'INVALID_DATA',
        message: expect.stringMatching(/^a file, byte \d+: /) as string,
      })
    }
    expect(await outcome(bytes.subarray(0, at)), `length ${at}`).toBe('INVALID_DATA')
  }
})

test('no more than a row group is kept while a file is written, and no more than a page more when one is read', async () => {
  const columns = [
    { name: 'id', type: { name: 'integer' }, nullable: false },
    { name: 'note', type: { name: 'text' }, nullable: true },
  ] as const
  let pulled = 0
  const rows = (function* () {
    for (; pulled < 100_000; pulled++) yield { id: pulled, note: `${pulled} ${Math.sin(pulled)}` }
  })()
  const groups: number[] = []
  const pieces: Uint8Array[] = []
  for await (const piece of writeParquet(rows, { columns, form: 'stored', rowGroupRows: 10_000 })) {
    groups.push(pulled)
    pieces.push(piece)
  }
  // The mark, two columns of each row group, and the end.
  expect(groups).toHaveLength(1 + 2 * 10 + 1)
  for (const [index, rowsBefore] of groups.slice(1, -1).entries())
    expect(rowsBefore).toBeLessThan(10_000 * (Math.floor(index / 2) + 1) + 1025)
  const bytes = Buffer.concat(pieces)
  let most = 0
  const slice = (start: number, end: number) => {
    most = Math.max(most, end - start)
    return bytes.subarray(start, end)
  }
  const file = await openParquet({ byteLength: bytes.length, slice })
  expect((await allRows(file)).length).toBe(100_000)
  expect(most).toBeLessThan(bytes.length / 8)
})

test('a row group ends where its values are large', async () => {
  const note = 'x'.repeat(1024 * 1024)
  const columns = [{ name: 'note', type: { name: 'text' }, nullable: false }] as const
  const rows = (function* () {
    for (let row = 0; row < 80; row++) yield { note: `${row} ${note}` }
  })()
  const file = await openParquet(
    await collect(writeParquet(rows, { columns, form: 'stored', compression: 'none' })),
  )
  expect(file.rowGroups.map((group) => group.rows)).toEqual([64, 16])
  expect(await file.values(1, 'note', { from: 3, to: 4 })).toEqual([`67 ${note}`])
  expect(file.rowGroups[0]!.statistics('note')).toMatchObject({ isExact: false, nulls: 0 })
})

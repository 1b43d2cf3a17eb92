import { readCsv } from '@holdfast/formats'
import fc from 'fast-check'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { parseSales, writeSales } from './sales-csv.ts'
import { sales, salesUpTo } from './sales.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'holdfast-sales-'))
})
afterAll(() => rm(folder, { recursive: true }))

const given = fc.record({ rows: fc.integer({ min: 1, max: 9000 }), seed: fc.integer() })

test('a file of sales read by hand is the sales', async () => {
  await fc.assert(
    fc.asyncProperty(given, async ({ rows, seed }) => {
      const path = join(folder, 'sales.csv')
      await writeSales(path, rows, seed)
      const parsed = [...parseSales(path)].flat().map((sale) => ({ ...sale, at: new Date(sale.at) }))
      expect(parsed).toEqual([...salesUpTo(rows, seed)])
    }),
    { numRuns: 20 },
  )
})

test('a file of sales read as CSV is the sales, nulls apart from empty notes', async () => {
  await fc.assert(
    fc.asyncProperty(given, async ({ rows, seed }) => {
      const path = join(folder, 'typed.csv')
      await writeSales(path, rows, seed)
      expect(await Array.fromAsync(readCsv(path, { table: sales }))).toEqual([...salesUpTo(rows, seed)])
    }),
    { numRuns: 10 },
  )
})

test('sales have null, empty, plain and quoted notes', () => {
  const notes = Array.from(salesUpTo(5000, 42), ({ note }) => note)
  expect(notes).toContain(null)
  expect(notes).toContain('')
  expect(notes.some((note) => note?.includes('"') && note.includes('\n'))).toBe(true)
})

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readCsv, readJson, readNdjson, writeCsv, writeJson, writeNdjson } from '../src/index.js'
import type { Compression, CsvReaderOptions } from '../src/index.js'
import { collect, cuts, inPieces } from './bytes.js'
import { everything, stored, userRows } from './everything.js'

const compressions = fc.constantFrom<Compression>('none', 'gzip', 'zstd')
const csvOptions = fc.record({
  separator: fc.constantFrom(',' as const, ';' as const, '\t' as const, '|' as const),
  header: fc.boolean(),
})

const formats = [
  { name: 'CSV', read: readCsv, write: writeCsv, options: csvOptions },
  { name: 'ndjson', read: readNdjson, write: writeNdjson, options: fc.constant({}) },
  { name: 'JSON', read: readJson, write: writeJson, options: fc.constant({}) },
]

for (const { name, read, write, options } of formats) {
  test(`${name}: what was written comes back, in either form`, async () => {
    await fc.assert(
      fc.asyncProperty(userRows, cuts, compressions, options, async (rows, sizes, compression, own) => {
        const told = { table: everything, compression, ...own }
        const bytes = await collect(write(rows, told))
        const reader = read(inPieces(bytes, sizes), told)
        expect(await Array.fromAsync(reader)).toEqual(rows)

        const storedRows = rows.map(stored)
        const again = await collect(write([storedRows], { ...told, form: 'stored' }))
        if (compression === 'none') expect(again).toEqual(bytes)
        const storedReader = read(inPieces(again, sizes), { ...told, form: 'stored' })
        expect((await Array.fromAsync(storedReader.batches())).flat()).toEqual(storedRows)
      }),
    )
  })
}

test('values that are read by each other', async () => {
  const columns = everything.definition.columns
  await fc.assert(
    fc.asyncProperty(userRows, async (rows) => {
      const csv = readCsv(writeCsv(rows, { columns }), { columns } satisfies CsvReaderOptions)
      const ndjson = readNdjson(writeNdjson(csv, { columns }), { columns })
      expect(await Array.fromAsync(readJson(writeJson(ndjson.batches(), { columns }), { columns }))).toEqual(
        rows,
      )
    }),
    { numRuns: 30 },
  )
})

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readCsv, readJson, readNdjson, writeCsv, writeJson, writeNdjson } from '../src/index.js'
import type { NamedColumn } from '../src/index.js'
import { texts } from './everything.js'

const names = fc.uniqueArray(
  fc.oneof(
    fc.constantFrom(
      '__proto__',
      'constructor',
      'toString',
      'hasOwnProperty',
      'a"b',
      "a'b",
      '\\',
      '${x}',
      '\u2028',
      'a]b',
    ),
    texts.filter((name) => name !== ''),
  ),
  { minLength: 1, maxLength: 6 },
)

test('columns of any name are columns', async () => {
  await fc.assert(
    fc.asyncProperty(names, async (all) => {
      const columns: NamedColumn[] = all.map((name) => ({ name, type: { name: 'text' }, nullable: true }))
      const rows = [0, 1].map((row) =>
        Object.fromEntries(all.map((name, index) => [name, (row + index) % 3 === 0 ? null : name])),
      )
      for (const [read, write] of [
        [readCsv, writeCsv],
        [readNdjson, writeNdjson],
        [readJson, writeJson],
      ] as const) {
        if (write === writeCsv && all.length === 1 && /^[^\n]*\r/.test(all[0]!)) {
          expect(() => write(rows, { columns })).toThrow(
            expect.objectContaining({ code: 'INVALID_ARGUMENT' }),
          )
          continue
        }
        const found = await Array.fromAsync(read(write(rows, { columns }), { columns }))
        expect(found.map((row) => Object.entries(row))).toEqual(rows.map((row) => Object.entries(row)))
      }
    }),
    { numRuns: 300 },
  )
})

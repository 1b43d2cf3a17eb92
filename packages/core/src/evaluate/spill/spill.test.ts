import * as fc from 'fast-check'
import { tmpdir } from 'node:os'
import { describe, expect, test } from 'vitest'
import type { StoredRow, StoredValue } from '../../schema/types.js'
import { deviationOf } from '../deviation.js'
import { placed } from '../operator.js'
import { SpilledRows, spilled } from './spilled-rows.js'
import { Workspace } from './workspace.js'

/** Runs work that may hold so many bytes; gives its result and what went to disk. */
async function working<Result>(workMemory: number, work: (workspace: Workspace) => Promise<Result>) {
  let bytes = 0
  const workspace = new Workspace({ workMemory, temporaryFolder: tmpdir() }, 1, (more) => (bytes += more))
  try {
    return { result: await work(workspace), bytes }
  } finally {
    await workspace.close()
  }
}

const anyValue: fc.Arbitrary<StoredValue> = fc.oneof(
  fc.constant(null),
  fc.boolean(),
  fc.maxSafeInteger(),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0),
  fc.bigInt({ min: -(10n ** 37n), max: 10n ** 37n }),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  fc.string({ unit: 'binary' }),
  fc.uint8Array(),
  fc
    .tuple(fc.string({ unit: 'grapheme', minLength: 1 }), fc.nat(60_000))
    .map(([text, times]) => text.repeat(times)),
)
const anyRow = fc.record({ a: anyValue, 'b c': anyValue })

describe('rows on disk', () => {
  test('are read as they were written, as often as is asked', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyRow, { maxLength: 40 }), fc.nat(1e6), async (rows, start) => {
        const { result } = await working(0, async ({ file }) => {
          const list = new SpilledRows(file, ['a', 'b c'])
          for (const [index, row] of rows.entries()) if (list.add(start + 2 * index, row)) await list.write()
          await list.end()
          expect(list.count).toBe(rows.length)
          return [await Array.fromAsync(list.read()), await Array.fromAsync(list.take())]
        })
        for (const batches of result) {
          expect(batches.flatMap((batch) => batch.rows)).toEqual(rows)
          expect(batches.flatMap(({ positions }) => positions)).toEqual(
            rows.map((_, index) => start + 2 * index),
          )
        }
      }),
      { numRuns: 60 },
    )
  })

  test('leave their place to others once they have been read for the last time', async () => {
    const rows = Array.from({ length: 3000 }, (_, id): StoredRow => ({ id, text: `text ${id}`.repeat(20) }))
    const { result } = await working(0, async ({ file }) => {
      for (let round = 0; round < 3; round++) {
        const list = await spilled(file, ['id', 'text'], placed([rows]))
        expect((await Array.fromAsync(list.take())).flatMap((batch) => batch.rows)).toEqual(rows)
      }
      return file.size
    })
    expect(result).toBeLessThan(1_000_000)
  })
})

describe('a standard deviation', () => {
  test('is the same whether its values are held or summed up', () => {
    const doubles = fc.oneof(
      fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e150, max: 1e150 }),
      fc.double({ noNaN: true, min: 1e9, max: 1e9 + 1 }),
      fc.constantFrom(0, 5e-324, 2.5e-310, 1e-160),
    )
    fc.assert(
      fc.property(fc.array(doubles, { maxLength: 20 }), fc.nat(20), (values, settled) => {
        const [held, summed] = [deviationOf({ name: 'double' })(), deviationOf({ name: 'double' })()]
        for (const [index, value] of values.entries()) {
          held.add(value)
          summed.add(value)
          if (index === settled) summed.settle()
        }
        const [one, other] = [held.result(), summed.result()]
        if (one === null || other === null) expect(other).toBe(one)
        else expect(Math.abs(Number(one) - Number(other))).toBeLessThanOrEqual(1e-9 * Number(one) + 1e-320)
      }),
    )
  })
})

import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Relation, WindowColumn, WindowFrame } from '../relation/types.js'
import type { StoredRow, StoredValue, TableDefinition } from '../schema/types.js'
import { evaluate } from './evaluate.js'
import { collect } from './operator.js'
import { SlidingFrame } from './sliding.js'

const table: TableDefinition = {
  name: 'values',
  columns: [
    { name: 'id', type: { name: 'integer' }, nullable: false },
    { name: 'g', type: { name: 'text' }, nullable: true },
    { name: 'v', type: { name: 'integer' }, nullable: true },
    { name: 'd', type: { name: 'double' }, nullable: false },
  ],
  primaryKey: ['id'],
  indexes: [],
  checks: [],
}

const byId = {
  expression: { kind: 'column', name: 'id' },
  direction: 'ascending',
  nulls: 'last',
} as const
const byValue = { ...byId, expression: { kind: 'column', name: 'v' } } as const
const value = { kind: 'column', name: 'v' } as const

type Window = Omit<WindowColumn, 'name' | 'partitionBy' | 'orderBy'> & Partial<WindowColumn>

async function windowed(rows: readonly StoredRow[], ...windows: Window[]): Promise<StoredValue[][]> {
  const relation: Relation = {
    node: 'window',
    input: { node: 'scan', table, database: 'main' },
    columns: windows.map((window, index) => ({
      partitionBy: [],
      orderBy: [byId],
      ...window,
      name: `w${index}`,
    })),
  }
  const answer = await collect(evaluate(relation, () => [rows.map((row) => ({ ...row }))]))
  expect(answer.map(({ id }) => id)).toEqual(rows.map(({ id }) => id))
  return windows.map((_, index) => answer.map((row) => row[`w${index}`]!))
}

const values = fc.array(fc.option(fc.integer({ min: -5, max: 5 }), { nil: null }), { maxLength: 20 })
const bound = fc.option(fc.integer({ min: -4, max: 4 }), { nil: undefined })
const frames = fc.record({ start: bound, end: bound }).map(({ start, end }): WindowFrame => ({
  ...(start === undefined ? {} : { start }),
  ...(end === undefined ? {} : { end }),
}))
const rowsOf = (list: readonly (number | null)[]): StoredRow[] =>
  list.map((v, id) => ({ id, v, d: id / 8, g: ['a', 'b', null][id % 3]! }))

describe('a window', () => {
  test('has in its frame the rows that the frame says', async () => {
    await fc.assert(
      fc.asyncProperty(values, frames, async (list, frame) => {
        const framed = (index: number) =>
          list.slice(
            Math.max(0, index + (frame.start ?? -Infinity)),
            Math.max(0, index + (frame.end ?? Infinity) + 1),
          )
        const present = (index: number) => framed(index).filter((entry) => entry !== null)
        const sum = (numbers: number[]) => numbers.reduce((total, entry) => total + entry, 0)
        const orNull = (of: (numbers: number[]) => StoredValue) =>
          list.map((_, index) => (present(index).length === 0 ? null : of(present(index))))
        const answers = await windowed(
          rowsOf(list),
          { function: 'count', frame },
          { function: 'count', argument: value, frame },
          { function: 'sum', argument: value, frame },
          { function: 'average', argument: value, frame },
          { function: 'minimum', argument: value, frame },
          { function: 'maximum', argument: value, frame },
        )
        expect(answers).toEqual([
          list.map((_, index) => framed(index).length),
          list.map((_, index) => present(index).length),
          orNull((numbers) => BigInt(sum(numbers))),
          orNull((numbers) => sum(numbers) / numbers.length + 0),
          orNull((numbers) => Math.min(...numbers)),
          orNull((numbers) => Math.max(...numbers)),
        ])
      }),
    )
  })

  test('has the frame up to the current row if an order is stated, else the whole partition', async () => {
    const answers = await windowed(
      rowsOf([1, 2, 3]),
      { function: 'sum', argument: value },
      { function: 'sum', argument: value, orderBy: [] },
    )
    expect(answers).toEqual([
      [1n, 3n, 6n],
      [6n, 6n, 6n],
    ])
  })

  test('ranks by the stated terms alone, nulls last', async () => {
    const answers = await windowed(
      rowsOf([5, null, 3, 5, 3, null]),
      { function: 'rank', orderBy: [byValue] },
      { function: 'denseRank', orderBy: [byValue] },
      { function: 'rowNumber', orderBy: [byValue, byId] },
    )
    expect(answers).toEqual([
      [3, 5, 1, 3, 1, 5],
      [2, 3, 1, 2, 1, 3],
      [3, 5, 1, 4, 2, 6],
    ])
  })

  test('keeps partitions apart, null being one', async () => {
    const partitionBy = [{ kind: 'column', name: 'g' }] as const
    const answers = await windowed(
      rowsOf([1, 2, 3, 4, 5, 6]),
      { function: 'lag', argument: value, partitionBy },
      { function: 'lead', argument: value, partitionBy },
      { function: 'lag', argument: value, offset: 4 },
    )
    expect(answers).toEqual([
      [null, null, null, 1, 2, 3],
      [4, 5, 6, null, null, null],
      [null, null, null, null, 1, 2],
    ])
  })

  test('sums of doubles do not drift as the frame moves on', async () => {
    const sizes = [1, 1e17, 3, 4, 5]
    const rows = sizes.map((d, id): StoredRow => ({ id, v: 0, g: null, d }))
    const argument = { kind: 'column', name: 'd' } as const
    const [sums] = await windowed(rows, { function: 'sum', argument, frame: { start: -1, end: 0 } })
    expect(sums?.slice(3)).toEqual([7, 9])
  })

  test('refuses a sum beyond int64', async () => {
    const big = { kind: 'literal', type: { name: 'bigint' }, value: 2n ** 62n } as const
    const summed = windowed(rowsOf([1, 2]), { function: 'sum', argument: big })
    await expect(summed).rejects.toMatchObject({ code: 'NUMERIC_OVERFLOW' })
    const framed = await windowed(rowsOf([1, 2]), {
      function: 'sum',
      argument: big,
      frame: { start: 0, end: 0 },
    })
    expect(framed).toEqual([[2n ** 62n, 2n ** 62n]])
  })
})

describe('a sliding frame', () => {
  test('merges what is in it, in order, whatever came and went', () => {
    fc.assert(
      fc.property(fc.array(fc.option(fc.string(), { nil: null })), (steps) => {
        const frame = new SlidingFrame<string>((left, right) => left + right)
        const inside: string[] = []
        for (const step of steps) {
          if (step !== null) {
            frame.push(step)
            inside.push(step)
          } else if (inside.length > 0) {
            frame.shift()
            inside.shift()
          }
          expect(frame.state).toBe(inside.length === 0 ? undefined : inside.join(''))
        }
      }),
    )
  })

  test('merges each value only a few times', () => {
    let merges = 0
    const frame = new SlidingFrame<number>((left, right) => {
      merges++
      return left + right
    })
    for (let step = 0; step < 10_000; step++) {
      frame.push(1)
      if (step >= 100) frame.shift()
      expect(frame.state).toBe(Math.min(step + 1, 100))
    }
    expect(merges).toBeLessThan(40_000)
  })
})

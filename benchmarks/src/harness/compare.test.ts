import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { CellRecord, EngineRecord } from '../contract/record.ts'
import { compare } from './compare.ts'
import { wholeFirst } from './read-records.ts'
import { median } from './statistics.ts'

const cell = (middle: number, deviation = 0): CellRecord => ({
  operations: 1,
  cold: middle,
  hot: [middle],
  minimum: middle,
  median: middle,
  deviation,
  processor: middle,
  latency: { p50: middle, p95: middle, p99: middle, of: 1 },
  peakMemory: 1,
  diskSize: null,
  rowsFetched: null,
  answer: 'sha256:0',
  code: '',
})

const record = (
  cells: Record<string, CellRecord | null>,
  more: Partial<EngineRecord> = {},
): EngineRecord => ({
  format: 1,
  engine: 'sqlite',
  versions: { 'better-sqlite3': '13.2.0' },
  date: '2026-01-31T12:00:00.000Z',
  commit: null,
  machine: { id: 'm', cpu: 'c', cores: 2, memoryGiB: 8, node: 'v24', os: 'o', load: [0, 0] },
  seed: 42,
  kinds: {},
  settings: { holdfast: 'WAL' },
  cells: { 'w/s/1': cells },
  reasons: {},
  ...more,
})

const time = fc.double({ min: 0.001, max: 1000, noNaN: true })
const cells = fc.record({ middle: time, deviation: fc.double({ min: 0, max: 10, noNaN: true }) })

describe('wholeFirst', () => {
  test('leaves out a run that was ended early where its engine has a whole one', () => {
    const whole = record({})
    const partial = record({}, { partial: true, date: '2026-02-01T12:00:00.000Z' })
    const only = record({}, { partial: true, engine: 'duckdb' })
    expect(wholeFirst([whole, partial, only])).toEqual([whole, only])
    expect(wholeFirst([partial])).toEqual([partial])
  })
})

describe('compare', () => {
  test('calls slower what is slower by more than a tenth and by more than three deviations, and nothing else', () => {
    fc.assert(
      fc.property(cells, cells, (before, after) => {
        const { regressions, improvements, compared } = compare(
          [record({ a: cell(before.middle, before.deviation) })],
          [record({ a: cell(after.middle, after.deviation) })],
        )
        const noise = 3 * Math.max(before.deviation, after.deviation)
        const isSlower = after.middle / before.middle > 1.1 && after.middle - before.middle > noise
        const isFaster = before.middle / after.middle > 1.1 && before.middle - after.middle > noise
        const nearEdge = [after.middle / before.middle, before.middle / after.middle].some(
          (ratio) => Math.abs(ratio - 1.1) < 1e-9,
        )
        fc.pre(!nearEdge)
        expect([regressions.length > 0, improvements.length > 0]).toEqual([isSlower, isFaster])
        expect(compared).toBe(1)
      }),
    )
  })

  test('turned round finds the same the other way round', () => {
    const many = fc.dictionary(fc.string({ minLength: 1 }), cells, { noNullPrototype: true })
    fc.assert(
      fc.property(many, many, (first, second) => {
        const of = (some: Record<string, { middle: number; deviation: number }>) =>
          record(
            Object.fromEntries(
              Object.entries(some).map(([name, one]) => [name, cell(one.middle, one.deviation)]),
            ),
          )
        const there = compare([of(first)], [of(second)])
        const back = compare([of(second)], [of(first)])
        const names = (changes: typeof there.regressions) => changes.map(({ arm }) => arm).toSorted()
        expect(names(there.regressions)).toEqual(names(back.improvements))
        expect(names(there.improvements)).toEqual(names(back.regressions))
        expect(there.compared).toBe(back.compared)
      }),
    )
  })

  test('finds nothing between a record and itself', () => {
    fc.assert(
      fc.property(cells, ({ middle, deviation }) => {
        const same = [record({ a: cell(middle, deviation), b: null })]
        expect(compare(same, same)).toEqual({
          regressions: [],
          improvements: [],
          lost: [],
          compared: 1,
          differences: [],
        })
      }),
    )
  })

  test('names what lost its right answer, but not what the later run left out', () => {
    const { lost, compared } = compare(
      [record({ a: cell(1), b: cell(1) })],
      [record({ a: null }, { reasons: { 'w/s/1/a': 'Wrong answer' } })],
    )
    expect(lost).toEqual([{ engine: 'sqlite', key: 'w/s/1', arm: 'a', reason: 'Wrong answer' }])
    expect(compared).toBe(0)
  })

  test('tells that machine, seed, settings or versions are others', () => {
    const before = record({ a: cell(1) })
    const after = record(
      { a: cell(1) },
      {
        machine: { ...before.machine, id: 'n' },
        seed: 43,
        settings: { holdfast: 'rollback journal' },
        versions: { 'better-sqlite3': '13.3.0' },
      },
    )
    expect(compare([before], [after]).differences).toEqual([
      'machine: m before, n now',
      'seed: 42 before, 43 now',
      'settings of holdfast on sqlite: WAL before, rollback journal now',
      'version of better-sqlite3: 13.2.0 before, 13.3.0 now',
    ])
    expect(compare([record({ a: cell(1) }, { engine: 'duckdb' })], [after]).compared).toBe(0)
  })

  test('one slow run of many is no regression', () => {
    const hot = [10, 10.1, 9.9, 10, 10.2, 9.8, 10, 10, 10.1, 60]
    const { regressions } = compare([record({ a: cell(10, 0.1) })], [record({ a: cell(median(hot), 0.1) })])
    expect(regressions).toEqual([])
  })
})

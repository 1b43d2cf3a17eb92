import fc from 'fast-check'
import type { CellRecord, EngineRecord } from '../../contract/record.ts'
import type { Kind } from '../figures/table.ts'

const time = fc.double({ min: 1e-4, max: 1e6, noNaN: true })

/** Cells whose figures fit no measurement, so that only arithmetic can make them agree. */
function cell(text: fc.Arbitrary<string>): fc.Arbitrary<CellRecord> {
  return fc.record({
    operations: fc.constantFrom(1, 10, 1000),
    cold: time,
    hot: fc.array(time, { minLength: 1, maxLength: 4 }),
    minimum: time,
    median: time,
    deviation: time,
    processor: time,
    latency: fc.record({ p50: time, p95: time, p99: time, of: fc.nat() }),
    peakMemory: time,
    growth: time,
    longestHold: time,
    diskSize: fc.option(time),
    rowsFetched: fc.option(fc.nat()),
    answer: text,
    code: text,
    sql: text,
    plan: text,
  })
}

export interface Names {
  /** Of workloads and steps; they hold no `/`. */
  readonly parts: fc.Arbitrary<string>
  readonly engines: fc.Arbitrary<string>
  readonly arms: fc.Arbitrary<string>
  /** Code, SQL, reasons, versions. */
  readonly text: fc.Arbitrary<string>
}

export const plainNames: Names = {
  parts: fc.constantFrom('load', 'read', 'write'),
  engines: fc.constantFrom('sqlite', 'duckdb', 'other'),
  arms: fc.constantFrom('holdfast', 'driver', 'driver 2', 'peer'),
  text: fc.constantFrom('', 'text'),
}

/** One record for each of some engines, with any cells missing or null. */
export function records(names: Names): fc.Arbitrary<readonly EngineRecord[]> {
  const key = fc
    .tuple(names.parts, names.parts, fc.constantFrom(1000, 1_000_000))
    .map(([workload, step, rows]) => `${workload}/${step}/${rows}`)
  const entries = <Value>(keys: fc.Arbitrary<string>, value: fc.Arbitrary<Value>, most: number) =>
    fc
      .uniqueArray(fc.tuple(keys, value), { maxLength: most, selector: ([name]) => name })
      .map((pairs): Readonly<Record<string, Value>> => Object.fromEntries(pairs))
  const record = fc.record({
    format: fc.constant(1 as const),
    engine: names.engines,
    versions: entries(names.arms, names.text, 2),
    date: fc.constantFrom('2026-01-31T10:00:00Z', '2026-02-28T10:00:00Z'),
    commit: fc.option(names.text),
    machine: fc.record({
      id: names.text,
      cpu: names.text,
      cores: fc.constant(2),
      memoryGiB: fc.constant(8),
      node: names.text,
      os: names.text,
      load: fc.constant([0.5, 3] as const),
    }),
    seed: fc.nat(),
    kinds: entries(names.arms, fc.constantFrom<Kind>('holdfast', 'bare', 'peer'), 4),
    settings: entries(names.arms, names.text, 2),
    cells: entries(key, entries(names.arms, fc.option(cell(names.text), { freq: 4 }), 4), 4),
    text: names.text,
  })
  return fc
    .uniqueArray(record, { minLength: 1, maxLength: 3, selector: ({ engine }) => engine })
    .map((made) => made.map(({ text, ...rest }) => ({ ...rest, reasons: reasonsOf(rest.cells, text) })))
}

function reasonsOf(cells: EngineRecord['cells'], text: string): EngineRecord['reasons'] {
  return Object.fromEntries(
    Object.entries(cells).flatMap(([key, arms]) =>
      Object.entries(arms).flatMap(([arm, figures]) => (figures ? [] : [[`${key}/${arm}`, text]])),
    ),
  )
}

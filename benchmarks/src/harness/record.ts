import type { CellRecord, EngineRecord, Machine } from '../contract/record.ts'
import type { Limits } from '../contract/workload.ts'
import type { StepLine } from './options.ts'
import { versionOf } from './packages.ts'
import type { PlannedArm, PlannedStep } from './plan.ts'
import { deviation, median, percentile } from './statistics.ts'
import type { Outcome } from './step.ts'

/** What came of one step. */
export interface StepResult {
  readonly planned: PlannedStep
  readonly outcomes: readonly Outcome[]
}

export interface RunFacts {
  readonly date: string
  readonly commit: string | null
  readonly machine: Machine
  readonly seed: number
  readonly partial?: true
}

/** The cell of each arm, by its engine and name; null where it has no time. */
export function cellsOf({
  planned,
  outcomes,
}: StepResult): { arm: PlannedArm; cell: CellRecord | null; reason?: string }[] {
  const operations = planned.step.operations?.(planned.rows) ?? 1
  const cells = outcomes.map((outcome) =>
    'reason' in outcome
      ? { arm: outcome.arm, cell: null, reason: outcome.reason }
      : { arm: outcome.arm, cell: cellOf(planned, outcome, operations) },
  )
  return cells.map((one) => {
    const bare = measureOf(planned, one.arm.engine)
    const base = cells.find(({ arm }) => arm === bare)
    if (one.cell === null || base?.cell == null) return one
    return { ...one, cell: { ...one.cell, ratio: one.cell.median / base.cell.median } }
  })
}

/** With which bare arm the others are compared. If it fails, no other takes its place. */
function measureOf({ arms, step }: PlannedStep, engine: string): PlannedArm | undefined {
  const bare = arms.filter((arm) => arm.engine === engine && arm.kind === 'bare' && arm.lacks !== true)
  return bare.find(({ name }) => name === step.against?.[engine]) ?? bare[0]
}

function cellOf(
  { step }: PlannedStep,
  { runs, end }: Extract<Outcome, { end: unknown }>,
  operations: number,
): CellRecord {
  const [cold, ...rest] = runs
  const hot = rest.map(({ time }) => time / operations)
  const [first] = runs
  const last = runs.at(-1)!
  const latency = step.fresh === true ? null : end.latency
  return {
    operations,
    cold: cold!.time / operations,
    hot,
    minimum: Math.min(...hot),
    median: median(hot),
    deviation: deviation(hot),
    processor: median(rest.map(({ processor }) => processor / operations)),
    latency: latency ?? {
      p50: percentile(hot, 0.5),
      p95: percentile(hot, 0.95),
      p99: percentile(hot, 0.99),
      of: hot.length,
    },
    peakMemory: end.peakMemory,
    ...(end.growth !== null && { growth: end.growth }),
    longestHold: end.longestHold,
    diskSize: end.diskSize === null ? null : end.diskSize / 2 ** 20,
    rowsFetched: last.rowsFetched,
    answer: `sha256:${first!.content ?? first!.answer}`,
    code: end.code,
    ...(end.sql !== null && { sql: end.sql }),
    ...(end.plan !== null && { plan: end.plan }),
  }
}

/** The step on each engine, for people. */
export function linesOf(result: StepResult): StepLine[] {
  const { key, workload, step, rows } = result.planned
  const byEngine = Map.groupBy(cellsOf(result), ({ arm }) => arm.engine)
  return Array.from(byEngine, ([engine, cells]) => {
    const target = step.targets?.[engine]
    const claim = step.claims?.[engine]
    return {
      ...{ key, workload: workload.name, title: workload.title, rows, engine, step: step.title },
      ...(target !== undefined && { target }),
      ...(step.limits && { limits: limitsOf(step.limits, engine) }),
      ...(claim !== undefined && { claim }),
      arms: cells.map(({ arm: { name, kind, lacks }, cell, reason }) => ({
        ...{ name, kind, cell },
        ...(reason !== undefined && { reason }),
        ...(lacks === true && { lacks }),
      })),
    }
  })
}

function limitsOf({ growth, longestHold }: Limits, engine: string): NonNullable<StepLine['limits']> {
  return {
    ...(growth?.[engine] !== undefined && { growth: growth[engine] }),
    ...(longestHold?.[engine] !== undefined && { longestHold: longestHold[engine] }),
  }
}

/** One record for each engine. */
export function recordsOf(results: readonly StepResult[], facts: RunFacts): EngineRecord[] {
  const engines = new Set(results.flatMap(({ planned }) => planned.arms.map(({ engine }) => engine)))
  return [...engines].map((engine) => recordOf(engine, results, facts))
}

function recordOf(engine: string, results: readonly StepResult[], facts: RunFacts): EngineRecord {
  const cells: Record<string, Record<string, CellRecord | null>> = {}
  const reasons: Record<string, string> = {}
  const settings: Record<string, string> = {}
  const kinds: Record<string, PlannedArm['kind']> = {}
  const packages = new Set<string>()
  for (const result of results) {
    const { key } = result.planned
    for (const { arm, cell, reason } of cellsOf(result)) {
      if (arm.engine !== engine) continue
      ;(cells[key] ??= {})[arm.name] = cell
      if (reason !== undefined) reasons[`${key}/${arm.name}`] = reason
      settings[arm.name] ??= arm.settings
      kinds[arm.name] ??= arm.kind
      for (const name of arm.packages) packages.add(name)
    }
  }
  const versions = Object.fromEntries(
    [...packages].toSorted().flatMap((name) => {
      const version = versionOf(name)
      return version === undefined ? [] : [[name, version] as const]
    }),
  )
  return { format: 1, engine, versions, ...facts, kinds, settings, cells, reasons }
}

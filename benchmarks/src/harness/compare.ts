import type { CellRecord, EngineRecord } from '../contract/record.ts'

/** One cell in two records. */
export interface Change {
  readonly engine: string
  /** `<workload>/<step>/<rows>` */
  readonly key: string
  readonly arm: string
  /** Medians, milliseconds. */
  readonly before: number
  readonly after: number
}

export interface Lost {
  readonly engine: string
  readonly key: string
  readonly arm: string
  /** Why it has no time any more. */
  readonly reason: string
}

export interface Comparison {
  /** Slower by more than 10 % and by more than three times the median absolute deviation of either record. */
  readonly regressions: readonly Change[]
  /** The same in the other direction. */
  readonly improvements: readonly Change[]
  /** Cells that had a time and have none now. */
  readonly lost: readonly Lost[]
  /** How many cells have a time in both. */
  readonly compared: number
  /** What else differs, so that times may differ for that reason: the machine, settings, versions. */
  readonly differences: readonly string[]
}

const deviations = 3
const share = 0.1

/** Compares records of one run, or of several engines, with later ones: engine by engine, cell by cell. */
export function compare(old: readonly EngineRecord[], recent: readonly EngineRecord[]): Comparison {
  const pairs = recent.flatMap((after) => {
    const before = old.find(({ engine }) => engine === after.engine)
    return before === undefined ? [] : [{ before, after }]
  })
  const changes: Change[] = []
  const regressions: Change[] = []
  const improvements: Change[] = []
  const lost: Lost[] = []
  for (const { before, after } of pairs)
    for (const { key, arm, cell } of cellsIn(before)) {
      if (cell === null) continue
      const now = own(own(after.cells, key) ?? {}, arm)
      // What the later run did not do says nothing.
      if (now === undefined) continue
      const which = { engine: after.engine, key, arm }
      if (now === null) {
        lost.push({ ...which, reason: after.reasons[`${key}/${arm}`] ?? '' })
        continue
      }
      const change = { ...which, before: cell.median, after: now.median }
      changes.push(change)
      if (isSlower(cell, now)) regressions.push(change)
      if (isSlower(now, cell)) improvements.push(change)
    }
  return {
    regressions: bySize(regressions),
    improvements: bySize(improvements).toReversed(),
    lost,
    compared: changes.length,
    differences: [...new Set(pairs.flatMap(({ before, after }) => differencesOf(before, after)))],
  }
}

/** Whether the second one is slower than noise explains. */
function isSlower(first: CellRecord, second: CellRecord): boolean {
  const noise = Math.max(first.deviation, second.deviation)
  return second.median > first.median * (1 + share) && second.median - first.median > deviations * noise
}

/** The largest factor first. */
const bySize = (changes: readonly Change[]): Change[] =>
  changes.toSorted((left, right) => right.after / right.before - left.after / left.before)

function cellsIn({ cells }: EngineRecord) {
  return Object.entries(cells).flatMap(([key, arms]) =>
    Object.entries(arms).map(([arm, cell]) => ({ key, arm, cell })),
  )
}

function differencesOf(before: EngineRecord, after: EngineRecord): string[] {
  const { engine } = after
  const facts: (readonly [string, unknown, unknown])[] = [
    ['machine', before.machine.id, after.machine.id],
    ['Node.js', before.machine.node, after.machine.node],
    ['seed', before.seed, after.seed],
    ...fieldsOf(before.settings, after.settings).map(
      (arm) => [`settings of ${arm} on ${engine}`, before.settings[arm], after.settings[arm]] as const,
    ),
    ...fieldsOf(before.versions, after.versions).map(
      (name) => [`version of ${name}`, before.versions[name], after.versions[name]] as const,
    ),
  ]
  const changed = facts.flatMap(([what, first, second]) =>
    first === second ? [] : [`${what}: ${String(first)} before, ${String(second)} now`],
  )
  const partial = before.partial === true || after.partial === true
  return partial
    ? [`a run on ${engine} was ended early: only its finished steps are compared`, ...changed]
    : changed
}

/** Arms and steps may have the name of anything. */
const own = <Value>(fields: Readonly<Record<string, Value>>, name: string): Value | undefined =>
  Object.hasOwn(fields, name) ? fields[name] : undefined

/** Names that both have. */
const fieldsOf = (before: object, after: object): string[] =>
  Object.keys(before).filter((name) => Object.hasOwn(after, name))

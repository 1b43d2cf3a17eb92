import { Disagreement } from '../report/disagreement.js'
import { printValue } from '../report/print.js'
import { entriesOf } from './perform.js'
import type { Outcome } from './perform.js'
import { counterCount, deleted, mostUnits, ownTable, patched } from './tables.js'
import type { State } from './tables.js'
import type { Step, Unit } from './work.js'

const rules = ['WRITE-1', 'WRITE-8']

/** How much of a step is there. */
type Found = 'whole' | 'none' | { readonly part: string }

const finders: { readonly [Kind in Step['kind']]: (state: State, unit: number, step: Step) => Found } = {
  insert: (state, unit, step) => {
    const there = (state.entries.get(unit) ?? []).filter((entry) => entriesOf(unit, step).includes(entry))
    return share(there.length, entriesOf(unit, step).length, 'rows of entries')
  },
  generate: (state, unit, step) =>
    share(state.lines.get(unit) ?? 0, step.kind === 'generate' ? step.count : 0, 'rows of journal'),
  add: hasBit,
  raise: hasBit,
  patch: (state, unit) => (state.seeds.get(patched(unit)) === 1 ? 'whole' : 'none'),
  delete: (state, unit) => (state.seeds.has(deleted(unit)) ? 'none' : 'whole'),
  'create table': (state, unit) => (state.tables.has(ownTable(unit).definition.name) ? 'whole' : 'none'),
  undo: () => 'none',
}

function share(found: number, all: number, what: string): Found {
  if (found === 0) return 'none'
  return found === all ? 'whole' : { part: `${found} of ${all} ${what}` }
}

function hasBit(state: State, unit: number, step: Step): Found {
  const counter = 'counter' in step ? step.counter : -1
  const bits = BigInt(state.bits.get(counter) ?? 0)
  return (bits >> BigInt(unit)) & 1n ? 'whole' : 'none'
}

/**
 * Requires that what was acknowledged is there, that what was refused is not, that the rest is there wholly or not at all,
 * and that nothing is there twice, or from nowhere. Returns the units that are there.
 *
 * @throws Disagreement
 */
export function expectVerdict(
  when: string,
  state: State,
  units: readonly Unit[],
  outcomes: ReadonlyMap<number, Outcome>,
): ReadonlySet<number> {
  const there = new Set<number>()
  for (const unit of units) {
    const outcome = outcomes.get(unit.number) ?? 'nothing'
    if (isThere(when, unit, outcome, state)) there.add(unit.number)
  }
  expectNothingElse(when, state, units, there)
  return there
}

function isThere(when: string, unit: Unit, outcome: Outcome, state: State): boolean {
  const lasting = unit.steps.filter(({ kind }) => kind !== 'undo')
  const found = lasting.map((step) => [step.kind, finders[step.kind](state, unit.number, step)] as const)
  const isWhole = found.every(([, much]) => much === 'whole')
  const isGone = found.every(([, much]) => much === 'none')
  const fits = { done: isWhole, nothing: isGone, unknown: isWhole || isGone }[outcome]
  if (fits) return isWhole && lasting.length > 0
  const expected = {
    done: 'all of it: it was acknowledged',
    nothing: 'nothing of it: it failed with an error which says that nothing happened',
    unknown: 'all of it or nothing: its answer was lost',
  }[outcome]
  throw new Disagreement({
    what: `unit ${unit.number} ${when}`,
    expected,
    received: found
      .map(([kind, much]) => `${kind}: ${typeof much === 'string' ? much : much.part}`)
      .join('\n'),
    rules,
  })
}

/** What the units that are there leave behind is all there is. */
function expectNothingElse(
  when: string,
  state: State,
  units: readonly Unit[],
  there: ReadonlySet<number>,
): void {
  const happened = units.filter(({ number }) => there.has(number))
  const stepsOf = ({ number, steps }: Unit) => steps.map((step) => [number, step] as const)
  const steps = happened.flatMap(stepsOf)
  const sum = (counter: number) =>
    steps.reduce(
      (total, [unit, step]) => total + ('counter' in step && step.counter === counter ? 2 ** unit : 0),
      0,
    )
  const numbers = Array.from({ length: mostUnits }, (_, unit) => unit)
  const has = (unit: number, kind: Step['kind']) =>
    steps.some(([number, step]) => number === unit && step.kind === kind)
  const expected = {
    entries: steps.flatMap(([unit, step]) => entriesOf(unit, step)).toSorted(ascending),
    lines: steps.reduce((total, [, step]) => total + (step.kind === 'generate' ? step.count : 0), 0),
    counters: Array.from({ length: counterCount }, (_, counter) => sum(counter)),
    patched: numbers.filter((unit) => has(unit, 'patch')),
    deleted: numbers.filter((unit) => has(unit, 'delete')),
  }
  const received: typeof expected = {
    entries: [...state.entries.values()].flat().toSorted(ascending),
    lines: [...state.lines.values()].reduce((total, count) => total + count, 0),
    counters: Array.from({ length: counterCount }, (_, counter) => state.bits.get(counter) ?? -1),
    patched: numbers.filter((unit) => state.seeds.get(patched(unit)) !== 0),
    deleted: numbers.filter((unit) => !state.seeds.has(deleted(unit))),
  }
  for (const name of Object.keys(expected) as (keyof typeof expected)[]) {
    if (printValue(received[name]) === printValue(expected[name])) continue
    throw new Disagreement({
      what: `${name}: more, or less, than the units that are there, ${when}`,
      expected: JSON.stringify(expected[name]),
      received: JSON.stringify(received[name]),
      rules,
    })
  }
}

function ascending(left: number, right: number): number {
  return left - right
}

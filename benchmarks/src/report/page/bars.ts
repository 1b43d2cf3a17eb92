import { bareTotal } from '../figures/compare.ts'
import type { Measure } from '../figures/measures.ts'
import { logScale } from '../figures/scale.ts'
import type { Scale } from '../figures/scale.ts'
import { own } from '../figures/table.ts'
import type { Cell, Column, Line } from '../figures/table.ts'
import { h } from './element.ts'
import type { View } from './state.ts'

/** A place on the axis that an arm is measured by. */
export interface Goal {
  readonly kind: 'target' | 'claim'
  readonly value: number
}

/** The axis of a step, which holds all that is drawn in its table. */
export function scaleOf(view: View, line: Line, cells: readonly Cell[]): Scale {
  const { measure } = view.state
  return logScale(
    cells.flatMap((cell) => [
      ...(cell.figures ? [measure.of(cell.figures) ?? [], spread(cell, measure) ?? []].flat() : []),
      ...goalsOf(view, line, cell.column).map(({ value }) => value),
    ]),
  )
}

/**
 * Where an engine's Holdfast arm should be: its target times the bare driver, and what the systems before it claimed.
 * Both are said of times, claims of whole runs.
 */
export function goalsOf({ table, state: { measure } }: View, line: Line, column: Column): readonly Goal[] {
  if (column.kind !== 'holdfast' || measure.name !== 'median') return []
  const operations = table.cell(line, column)?.figures?.operations
  if (operations === undefined) return []
  const target =
    (own(line.step.targets, column.engine) ?? NaN) * bareTotal(table, line, column.engine, measure)
  const claim = (own(claimsOf(line), column.engine) ?? NaN) * 1000
  return [
    { kind: 'target' as const, value: target / operations },
    { kind: 'claim' as const, value: claim / operations },
  ].filter(({ value }) => Number.isFinite(value))
}

/** What is claimed of as many rows as the line has: a claim of a million rows says nothing of a thousand. */
export function claimsOf({ rows, step }: Line): NonNullable<Line['step']['claims']> {
  return (step.claimedRows === undefined || step.claimedRows === rows ? step.claims : undefined) ?? {}
}

/** From the fastest hot run to the 95th percentile of the latencies. */
function spread({ figures }: Cell, measure: Measure): readonly [number, number] | undefined {
  if (!figures || measure.name !== 'median') return undefined
  return [figures.minimum, Math.max(figures.latency.p95, figures.minimum)]
}

export function bar(view: View, line: Line, cell: Cell, scale: Scale): HTMLElement {
  const { measure } = view.state
  const value = cell.figures && measure.of(cell.figures)
  const range = spread(cell, measure)
  return h(
    'div',
    { class: 'track', 'aria-hidden': 'true' },
    scale.ticks.map((tick) => h('span', { class: 'tick', '--at': scale.position(tick) })),
    value != null && h('span', { class: 'bar', '--to': scale.position(value) }),
    range &&
      h('span', { class: 'spread', '--from': scale.position(range[0]), '--to': scale.position(range[1]) }),
    goalsOf(view, line, cell.column).map(({ kind, value }) =>
      h('span', { class: `goal ${kind}`, '--at': scale.position(value) }),
    ),
  )
}

export function axis(scale: Scale, measure: Measure): HTMLElement {
  return h(
    'div',
    { class: 'axis', 'aria-hidden': 'true' },
    scale.ticks.map((tick) => h('span', { '--at': scale.position(tick) }, measure.format(tick))),
  )
}

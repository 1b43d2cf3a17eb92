import { directAnomalies } from './anomalies.js'
import { findCycle } from './cycles.js'
import type { CycleSearch, Edge, Order } from './cycles.js'
import { dependenciesOf } from './dependencies.js'
import type { Dependencies } from './dependencies.js'
import type { History } from './history.js'

/** Something that transactions which came one after another would not have done. */
export interface Finding {
  readonly anomaly: string
  /** The rule of docs/semantics.md that it breaks. */
  readonly rule: 'ISO-1' | 'ISO-2' | 'ISO-3' | 'WRITE-1' | 'WRITE-8'
  /** Whether transactions that see one state each may do it. */
  readonly skew: boolean
  readonly text: string
}

/**
 * The anomalies of a history, the worst first: what single reads and the end show by themselves and, where the lists say
 * in which order the transactions must have come, the simplest cycle in that order. An order of which one half is missing
 * says nothing more, so that cycles are looked for only where the rest is in order.
 */
export function checkHistory(history: History): readonly Finding[] {
  const direct = directAnomalies(history)
  if (direct.length > 0) return direct
  const dependencies = dependenciesOf(history)
  for (const search of searches) {
    const cycle = findCycle(dependencies.edges, search)
    if (cycle !== undefined) return [describeCycle(cycle, dependencies)]
  }
  return []
}

const search = (adjacentReads: boolean, ...orders: readonly Order[]): CycleSearch => ({
  orders: new Set(orders),
  adjacentReads,
})

/** From the cycles that nothing excuses to those that only serializable transactions exclude. */
const searches: readonly CycleSearch[] = [
  search(false, 'ww'),
  search(false, 'ww', 'wr'),
  search(false, 'ww', 'wr', 'rw'),
  search(false, 'ww', 'wr', 'rw', 'time'),
  search(true, 'ww', 'wr', 'rw'),
  search(true, 'ww', 'wr', 'rw', 'time'),
]

/** What the literature calls a cycle. */
export function nameOfCycle(cycle: readonly Edge[]): string {
  const reads = cycle.filter(({ order }) => order === 'rw').length
  const timely = cycle.some(({ order }) => order === 'time') ? ' in real time' : ''
  if (reads > 1) return `${isSkew(cycle) ? 'G2-item' : 'G-nonadjacent'}${timely}`
  if (reads === 1) return `G-single${timely}`
  return `${cycle.some(({ order }) => order === 'wr') ? 'G1c' : 'G0'}${timely}`
}

/** Whether one `rw` follows another, as in every cycle of transactions that see one state each. */
function isSkew(cycle: readonly Edge[]): boolean {
  return (
    cycle.length > 1 &&
    cycle.some(({ order }, index) => order === 'rw' && cycle.at(index - 1)?.order === 'rw')
  )
}

function describeCycle(cycle: readonly Edge[], { transactions }: Dependencies): Finding {
  const names = cycle.map(({ from }) => transactions[from]?.name)
  const skew = isSkew(cycle)
  return {
    anomaly: nameOfCycle(cycle),
    rule: skew ? 'ISO-3' : cycle.every(({ order }) => order === 'ww') ? 'ISO-2' : 'ISO-1',
    skew,
    text: [
      `each of ${names.join(', ')} comes before the next, and the last before the first:`,
      ...cycle.map(({ order, reason }) => `${reason} (${order})`),
    ].join('\n'),
  }
}

/** How one transaction comes before another. */
export type Order =
  /** It wrote what the other wrote over. */
  | 'ww'
  /** It wrote what the other read. */
  | 'wr'
  /** It read what was there before the other wrote. */
  | 'rw'
  /** It was acknowledged before the other was asked for. */
  | 'time'

export interface Edge {
  readonly from: number
  readonly to: number
  readonly order: Order
  /** The reason in words. */
  readonly reason: string
}

export interface CycleSearch {
  readonly orders: ReadonlySet<Order>
  /** Whether two edges `rw` may follow each other: what snapshots permit is the cycles that have such a place. */
  readonly adjacentReads: boolean
}

/**
 * A shortest cycle among the transactions, or undefined. Without adjacent `rw` the states of the search are transactions
 * with how they were reached: from one that was reached by `rw` no further `rw` leads on.
 */
export function findCycle(edges: readonly Edge[], search: CycleSearch): readonly Edge[] | undefined {
  const steps = stepsOf(edges, search)
  let shortest: readonly Edge[] | undefined
  for (const component of components(steps)) {
    const inside = new Set(component)
    for (const state of component) {
      const cycle = shortestCycle(state, steps, inside)
      if (cycle !== undefined && cycle.length < (shortest?.length ?? Infinity)) shortest = cycle
    }
  }
  return shortest
}

interface Step {
  readonly to: number
  readonly edge: Edge
}

type Steps = ReadonlyMap<number, readonly Step[]>

const reachedByRead = (transaction: number): number => 2 * transaction + 1
const reachedOtherwise = (transaction: number): number => 2 * transaction

function stepsOf(edges: readonly Edge[], { orders, adjacentReads }: CycleSearch): Steps {
  const steps = new Map<number, Step[]>()
  const add = (from: number, to: number, edge: Edge): void => {
    steps.set(from, [...(steps.get(from) ?? []), { to, edge }])
  }
  for (const edge of edges) {
    if (!orders.has(edge.order)) continue
    const forbidsRead = edge.order === 'rw' && !adjacentReads
    const to = forbidsRead ? reachedByRead(edge.to) : reachedOtherwise(edge.to)
    add(reachedOtherwise(edge.from), to, edge)
    if (!forbidsRead) add(reachedByRead(edge.from), to, edge)
  }
  return steps
}

/** Tarjan's strongly connected components, those of one state left out unless it leads to itself. */
function components(steps: Steps): readonly (readonly number[])[] {
  const found: number[][] = []
  const index = new Map<number, number>()
  const low = new Map<number, number>()
  const stack: number[] = []

  const visit = (state: number): void => {
    index.set(state, index.size)
    low.set(state, index.size - 1)
    stack.push(state)
    const lower = (value: number): void => void low.set(state, Math.min(low.get(state) ?? value, value))
    for (const { to } of steps.get(state) ?? []) {
      if (!index.has(to)) {
        visit(to)
        lower(low.get(to) ?? 0)
      } else if (stack.includes(to)) {
        lower(index.get(to) ?? 0)
      }
    }
    if (low.get(state) !== index.get(state)) return
    const component = stack.splice(stack.indexOf(state))
    if (component.length > 1 || steps.get(state)?.some(({ to }) => to === state)) found.push(component)
  }

  for (const state of steps.keys()) if (!index.has(state)) visit(state)
  return found
}

/** Breadth first from a state back to itself. */
function shortestCycle(
  start: number,
  steps: Steps,
  inside: ReadonlySet<number>,
): readonly Edge[] | undefined {
  const paths = new Map<number, readonly Edge[]>([[start, []]])
  for (const [state, path] of paths) {
    for (const { to, edge } of steps.get(state) ?? []) {
      if (to === start) return [...path, edge]
      if (inside.has(to) && !paths.has(to)) paths.set(to, [...path, edge])
    }
  }
  return undefined
}

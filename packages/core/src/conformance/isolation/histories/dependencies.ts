import type { Edge } from './cycles.js'
import { printList, tookEffect } from './history.js'
import type { History, RecordedTransaction } from './history.js'

/** The transactions of a history that took effect, and in which order they must have done so. */
export interface Dependencies {
  readonly transactions: readonly RecordedTransaction[]
  /** From and to places in `transactions`. */
  readonly edges: readonly Edge[]
}

/** Reads the order of the transactions off the final lists, of which every read must have seen a beginning. */
export function dependenciesOf(history: History): Dependencies {
  const transactions = history.transactions.filter((transaction) => tookEffect(transaction, history.final))
  const writers = new Map(
    transactions.flatMap(({ events }, place) =>
      events.flatMap((event) => (event.kind === 'append' ? [[event.value, place] as const] : [])),
    ),
  )
  const context = { transactions, writers, final: history.final }
  return {
    transactions,
    edges: [...writeEdges(context), ...readEdges(context), ...timeEdges(transactions)].filter(
      ({ from, to }) => from !== to,
    ),
  }
}

interface Context {
  readonly transactions: readonly RecordedTransaction[]
  readonly writers: ReadonlyMap<number, number>
  readonly final: History['final']
}

function* writeEdges({ transactions, writers, final }: Context): Generator<Edge> {
  for (const [list, values] of final) {
    for (const [index, value] of values.entries()) {
      const before = values[index - 1]
      const from = before === undefined ? undefined : writers.get(before)
      const to = writers.get(value)
      if (from === undefined || to === undefined) continue
      const [first, second] = [transactions[from]?.name, transactions[to]?.name]
      const reason = `${first} appended ${before} to list ${list} and ${second} appended ${value} after it`
      yield { from, to, order: 'ww', reason }
    }
  }
}

function* readEdges({ transactions, writers, final }: Context): Generator<Edge> {
  for (const [place, { name, events }] of transactions.entries()) {
    for (const event of events) {
      if (event.kind !== 'read') continue
      const { list, values } = event
      const last = values.at(-1)
      const writer = last === undefined ? undefined : writers.get(last)
      if (writer !== undefined) {
        const reason = `${transactions[writer]?.name} appended ${last} to list ${list} and ${name} read it`
        yield { from: writer, to: place, order: 'wr', reason }
      }
      const next = last === undefined ? final.get(list)?.[0] : following(final.get(list), last)
      const overwriter = next === undefined ? undefined : writers.get(next)
      if (overwriter === undefined) continue
      const reason = `${name} read list ${list} as ${printList(values)} and ${transactions[overwriter]?.name} appended ${next} to that`
      yield { from: place, to: overwriter, order: 'rw', reason }
    }
  }
}

function following(values: readonly number[] | undefined, value: number): number | undefined {
  const index = values?.indexOf(value) ?? -1
  return index === -1 ? undefined : values?.[index + 1]
}

function* timeEdges(transactions: readonly RecordedTransaction[]): Generator<Edge> {
  for (const [from, first] of transactions.entries()) {
    for (const [to, second] of transactions.entries()) {
      if (first.status !== 'committed' || first.ended >= second.asked) continue
      const reason = `${first.name} was acknowledged before ${second.name} was asked for`
      yield { from, to, order: 'time', reason }
    }
  }
}

import type { Finding } from './check.js'
import { appendsOf, printList, tookEffect } from './history.js'
import type { History, HistoryEvent, RecordedTransaction } from './history.js'

type Read = Extract<HistoryEvent, { readonly kind: 'read' }>

interface Append {
  readonly transaction: RecordedTransaction
  readonly list: number
  /** Whether the transaction appended more to the list. */
  readonly intermediate: boolean
}

interface Context extends History {
  readonly appends: ReadonlyMap<number, Append>
}

/** The anomalies that need no cycle: each is seen in one read, or in what is left at the end. */
export function directAnomalies(history: History): readonly Finding[] {
  const context: Context = { ...history, appends: appendsByValue(history.transactions) }
  return [...endAnomalies(context), ...readAnomalies(context)]
}

function appendsByValue(transactions: readonly RecordedTransaction[]): ReadonlyMap<number, Append> {
  const appends = new Map<number, Append>()
  for (const transaction of transactions) {
    for (const [list, values] of appendsOf(transaction)) {
      for (const value of values)
        appends.set(value, { transaction, list, intermediate: value !== values.at(-1) })
    }
  }
  return appends
}

function* endAnomalies({ transactions, final, appends }: Context): Generator<Finding> {
  for (const transaction of transactions) {
    if (!tookEffect(transaction, final)) continue
    for (const [list, values] of appendsOf(transaction)) {
      const lost = values.filter((value) => !final.get(list)?.includes(value))
      if (lost.length === 0) continue
      const text = `${transaction.name} committed, and what it appended to list ${list} is not there: ${lost.join(', ')}`
      yield { anomaly: 'lost append', rule: 'ISO-2', skew: false, text }
    }
  }
  for (const [list, values] of final) {
    for (const value of values) {
      const append = appends.get(value)
      if (append?.list !== list) yield garbage(`list ${list} holds ${value}, which nobody appended to it`)
      else if (!tookEffect(append.transaction, final)) {
        const text = `${append.transaction.name} was undone, and list ${list} holds the ${value} that it appended`
        yield { anomaly: 'undone append', rule: 'WRITE-8', skew: false, text }
      }
    }
    const repeated = values.filter((value, index) => values.indexOf(value) !== index)
    if (repeated.length > 0)
      yield duplicate(`list ${list} holds ${repeated.join(', ')} more than once: ${printList(values)}`)
  }
}

function* readAnomalies(context: Context): Generator<Finding> {
  for (const transaction of context.transactions) {
    const own = new Map<number, number[]>()
    for (const event of transaction.events) {
      const mine = own.get(event.list) ?? []
      own.set(event.list, mine)
      if (event.kind === 'append') mine.push(event.value)
      // What was read before a transaction was undone is no less a read.
      else yield* anomaliesOfRead(context, transaction, event, mine)
    }
  }
}

function* anomaliesOfRead(
  { final, appends }: Context,
  reader: RecordedTransaction,
  { list, values }: Read,
  mine: readonly number[],
): Generator<Finding> {
  const what = `${reader.name} read list ${list} as ${printList(values)}`
  for (const value of values) {
    const append = appends.get(value)
    if (append?.list !== list) yield garbage(`${what}, with ${value}, which nobody appended to it`)
    else if (append.transaction !== reader && !tookEffect(append.transaction, final)) {
      const text = `${what}, with the ${value} of ${append.transaction.name}, which was undone`
      yield { anomaly: 'G1a', rule: 'ISO-1', skew: false, text }
    }
  }
  if (new Set(values).size < values.length) yield duplicate(`${what}, with a value more than once`)
  const last = appends.get(values.at(-1) ?? NaN)
  if (last?.intermediate && last.transaction !== reader) {
    const text = `${what}, in the middle of what ${last.transaction.name} appended to it`
    yield { anomaly: 'G1b', rule: 'ISO-1', skew: false, text }
  }
  const missing = mine.filter((value) => !values.includes(value))
  if (missing.length > 0) {
    const text = `${what}, without the ${missing.join(', ')} that it had appended itself`
    yield { anomaly: 'internal', rule: 'WRITE-8', skew: false, text }
  }
  const settled = values.filter((value) => {
    const writer = appends.get(value)?.transaction
    return writer !== undefined && tookEffect(writer, final)
  })
  if (settled.some((value, index) => final.get(list)?.[index] !== value)) {
    const text = `${what}, which is no beginning of what it was afterwards: ${printList(final.get(list) ?? [])}`
    yield { anomaly: 'incompatible order', rule: 'ISO-1', skew: false, text }
  }
}

function garbage(text: string): Finding {
  return { anomaly: 'garbage', rule: 'WRITE-8', skew: false, text }
}

function duplicate(text: string): Finding {
  return { anomaly: 'duplicate append', rule: 'WRITE-1', skew: false, text }
}

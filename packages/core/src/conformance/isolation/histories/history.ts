/** What transactions did that ran beside each other: lists that they appended to and read, each value appended once. */
export interface History {
  readonly transactions: readonly RecordedTransaction[]
  /** Every list as it was when all had ended. */
  readonly final: ReadonlyMap<number, readonly number[]>
}

export interface RecordedTransaction {
  /** How it is called in reports: `T3`. */
  readonly name: string
  /** `unknown`: its end was asked for and not answered. */
  readonly status: 'committed' | 'undone' | 'unknown'
  /** What it read and appended, in turn. */
  readonly events: readonly HistoryEvent[]
  /** Moments, counted over the whole history: when it was asked for and when its end was acknowledged. */
  readonly asked: number
  readonly ended: number
}

export type HistoryEvent =
  | { readonly kind: 'read'; readonly list: number; readonly values: readonly number[] }
  | { readonly kind: 'append'; readonly list: number; readonly value: number }

/** What a transaction appended to each list, in turn. */
export function appendsOf({ events }: RecordedTransaction): ReadonlyMap<number, readonly number[]> {
  const appends = new Map<number, number[]>()
  for (const event of events) {
    if (event.kind !== 'append') continue
    const values = appends.get(event.list)
    if (values === undefined) appends.set(event.list, [event.value])
    else values.push(event.value)
  }
  return appends
}

/** An end that nobody acknowledged is known by its effects. */
export function tookEffect(transaction: RecordedTransaction, final: History['final']): boolean {
  if (transaction.status !== 'unknown') return transaction.status === 'committed'
  return [...appendsOf(transaction)].some(([list, values]) =>
    values.some((value) => final.get(list)?.includes(value)),
  )
}

/** The history as lines, one a transaction. */
export function printHistory({ transactions, final }: History): string {
  return [
    ...transactions.map((transaction) => {
      const { name, status, events, asked, ended } = transaction
      return `${name} (${asked}-${ended}, ${status}): ${events.map(printEvent).join(', ') || 'nothing'}`
    }),
    `afterwards: ${[...final].map(([list, values]) => `list ${list} is ${printList(values)}`).join(', ')}`,
  ].join('\n')
}

function printEvent(event: HistoryEvent): string {
  return event.kind === 'read'
    ? `read list ${event.list} as ${printList(event.values)}`
    : `appended ${event.value} to list ${event.list}`
}

export function printList(values: readonly number[]): string {
  return `[${values.join(', ')}]`
}

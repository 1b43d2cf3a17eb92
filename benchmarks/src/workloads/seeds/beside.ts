import type { Sale } from '../../data/sales.ts'
import type { Beside, BesideAnswer } from './session.ts'

type MaybePromise<Value> = Value | Promise<Value>

/** What readers and the writer of \`beside\` do, one call each. */
export interface BesideCalls {
  readonly read: (id: number) => MaybePromise<unknown>
  /** Aggregates the whole table; returns how many sales it has counted. */
  readonly aggregate: (reader: number) => MaybePromise<number>
  readonly write: (rows: readonly Sale[]) => MaybePromise<unknown>
}

/** Runs the readers, the aggregates and the writer side by side, in one process, until the readers have all they ask for. */
export async function besideOf(
  { readers, aggregators, batch, took }: Beside,
  { read, aggregate, write }: BesideCalls,
): Promise<BesideAnswer> {
  let reading = true
  const counted: number[] = []
  const written = (async () => {
    for (let number = 0; reading; number++) {
      await write(batch(number))
      await turn()
    }
  })()
  const aggregated = Array.from({ length: aggregators }, async (_, reader) => {
    while (reading) {
      counted.push(await aggregate(reader))
      await turn()
    }
  })
  const found = await Promise.all(
    readers.map(async (ids) => {
      const rows: unknown[] = []
      for (const id of ids) {
        const start = performance.now()
        rows.push(await read(id))
        took(performance.now() - start)
        await turn()
      }
      return rows
    }),
  ).finally(() => (reading = false))
  await Promise.all([written, ...aggregated])
  return { found, counted }
}

/** The others' turn: what answers at once would never let them have it. */
const turn = () => new Promise((resolve) => setImmediate(resolve))

import type { Beside, BesideAnswer } from './session.ts'

type MaybePromise<Value> = Value | Promise<Value>

/** What readers and the writer of \`beside\` do, one call each. */
export interface BesideCalls {
  read(id: number): MaybePromise<unknown>
  /** Aggregates the whole table; returns how many sales it has counted. */
  aggregate(reader: number): MaybePromise<number>
  write(rows: Parameters<Beside['batch']>[0] extends never ? never : ReturnType<Beside['batch']>): MaybePromise<unknown>
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
      // What answers at once would never let the others have their turn.
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
      }
      return rows
    }),
  ).finally(() => (reading = false))
  await Promise.all([written, ...aggregated])
  return { found, counted }
}

const turn = () => new Promise((resolve) => setImmediate(resolve))

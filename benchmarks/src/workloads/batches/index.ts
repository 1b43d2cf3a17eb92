import type { Step, Workload } from '../../contract/workload.ts'
import { firstGroups, type Grouped } from '../../data/groups.ts'
import { engines } from '../../databases/engines.ts'
import { betterSqlite3 } from './arms/better-sqlite3.ts'
import { duckdbApi } from './arms/duckdb.ts'
import { holdfastArm } from './arms/holdfast.ts'
import { pgPool } from './arms/pg.ts'
import type { BatchSession } from './session.ts'

/** So many batches a run has at most: single rows would else take minutes. */
const mostBatches = 500

/** A length of batches, and what the systems that we replace say of it. */
interface Sweep {
  readonly length: number | 'all'
  readonly claim?: string
}

const sweeps: readonly Sweep[] = [
  { length: 1, claim: 'claim: 2-5x slower' },
  { length: 10 },
  { length: 100 },
  { length: 1_000 },
  { length: 5_000, claim: 'claimed best' },
  { length: 10_000, claim: 'claimed best' },
  { length: 'all' },
]

function stepOf({ length, claim }: Sweep): Step<BatchSession> {
  const lengthOf = (rows: number) => (length === 'all' ? rows : Math.min(length, rows))
  const inserted = (rows: number) => Math.min(rows, mostBatches * lengthOf(rows))
  return {
    name: `batch-${length}`,
    title: `${length.toLocaleString('en')} at once${claim === undefined ? '' : ` (${claim})`}`,
    start: 'empty',
    // Times are told for one row.
    operations: inserted,
    prepare: ({ rows, seed }) => batchesOf(firstGroups(inserted(rows), { rows, seed }), lengthOf(rows)),
    run: (session, { given }) => session.insertEach(given as Grouped[][]),
    plain: () => null,
    async *content(session) {
      yield* await session.everything()
    },
    restore: async (session) => void (await session.clear()),
  }
}

function batchesOf(rows: Iterable<Grouped>, length: number): Grouped[][] {
  const batches: Grouped[][] = []
  for (const row of rows) {
    const last = batches.at(-1)
    if (last === undefined || last.length === length) batches.push([row])
    else last.push(row)
  }
  return batches
}

export const workload: Workload<BatchSession> = {
  name: 'batches',
  title: 'Batches: the time of one row, by how many are inserted at once',
  description:
    'Rows of ten columns into an empty table with a key, in batches of 1 to 10,000 and all at once; each batch is a transaction. ' +
    'A run inserts at most 500 batches, and times are those of one row. The systems that we replace claim that ' +
    'batches are 2 to 5 times as fast as single rows, and best at 5,000 to 10,000 rows.',
  rows: { quick: 100_000, full: [100_000, 1_000_000] },
  steps: sweeps.map(stepOf),
  arms: [...engines.map(holdfastArm), betterSqlite3, duckdbApi, pgPool],
  holdfast: holdfastArm,
}

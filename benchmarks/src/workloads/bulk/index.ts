import { enginesWith } from '../../backends/index.ts'
import type { Step, Workload } from '../../contract/workload.ts'
import { salesUpTo } from '../../data/sales.ts'
import { betterSqlite3 } from '../seeds/arms/better-sqlite3.ts'
import { byHand } from '../seeds/arms/by-hand.ts'
import { duckdbLimited } from '../seeds/arms/duckdb.ts'
import { holdfastArm } from '../seeds/arms/holdfast.ts'
import { hyparquet } from '../seeds/arms/hyparquet.ts'
import { pg } from '../seeds/arms/pg.ts'
import { growthOfStream } from '../growth.ts'
import type { SeedsSession, Way } from '../seeds/session.ts'

const memoryLimit = '96MB'

/** DuckDB would else keep all that it has seen in memory, and what a load needs would not show. */
const engines = enginesWith({ synchronous: 'full', duckdb: { memoryLimit } })

/** All rows from a generator, so that nobody holds them, into an empty table. */
function writing(name: string, way: Way, title: string): Step<SeedsSession> {
  return {
    name,
    title,
    start: 'empty',
    run: (session, { rows, seed }) => session.write(salesUpTo(rows, seed), way),
    content: (session) => session.all(),
    restore: (session) => session.remove(0),
  }
}

const steps: readonly Step<SeedsSession>[] = [
  {
    ...writing('load', 'load', 'all rows in, by `load`'),
    targets: { memory: 1.5, sqlite: 1.15, duckdb: 1.25, postgres: 1.15 },
  },
  writing('inserts', 'inserts of 10,000', 'all rows in, by inserts of 10,000'),
  writing('insert', 'one insert', 'all rows in, by one insert'),
  {
    name: 'read',
    title: 'all rows out, one by one',
    start: 'loaded',
    run: (session) => session.read('rows'),
    targets: { sqlite: 0.9, duckdb: 0.6, postgres: 0.35 },
    limits: growthOfStream,
  },
  {
    name: 'batches',
    title: 'all rows out, in batches',
    start: 'loaded',
    run: (session) => session.read('batches'),
    targets: { sqlite: 0.9, duckdb: 0.6, postgres: 0.35 },
    limits: growthOfStream,
  },
]

export const workload: Workload<SeedsSession> = {
  name: 'bulk',
  title: 'all rows in and out, and the memory that takes',
  description: `A table is filled from a generator, so that nobody holds all rows, and read in the order of its key. The bare
arms are the fastest way in that we know of, and the driver's usual way out: for SQLite \`insert\` of 32 rows with values
spread and \`iterate\`, for DuckDB chunks filled by hand and \`getRowObjects\`, for PostgreSQL \`copy\` in the binary form and a
cursor, for files Parquet a row group at a time, in memory typed arrays. They do the same whatever the way of Holdfast beside them. DuckDB may use 96 MB. With three
times the rows the memory is not to be more.`,
  rows: { quick: 100_000, full: [1_000_000, 3_000_000] },
  steps,
  arms: [...engines.map(holdfastArm), betterSqlite3, duckdbLimited(memoryLimit), pg, hyparquet, byHand],
  holdfast: holdfastArm,
}

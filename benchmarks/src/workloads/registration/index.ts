import { enginesWith } from '../../backends/index.ts'
import type { Step, Workload } from '../../contract/workload.ts'
import { betterSqlite3 } from '../seeds/arms/better-sqlite3.ts'
import { byHand } from '../seeds/arms/by-hand.ts'
import { duckdbNodeApi } from '../seeds/arms/duckdb.ts'
import { holdfastArm } from '../seeds/arms/holdfast.ts'
import { hyparquet } from '../seeds/arms/hyparquet.ts'
import { pg } from '../seeds/arms/pg.ts'
import { withCsv } from '../seeds/csv.ts'
import type { Described, SeedsSession } from '../seeds/session.ts'

const engines = enginesWith({ synchronous: 'full', csv: true })

const steps: readonly Step<SeedsSession>[] = [
  {
    name: 'load',
    title: 'load the CSV file',
    start: 'empty',
    run: (session) => session.load(session.csv!),
    content: (session) => session.all(),
    restore: (session) => session.remove(0),
  },
  {
    name: 'describe',
    title: 'columns, number of rows, first ten rows',
    start: 'loaded',
    run: (session) => session.describe(),
    plain(session, answer) {
      const described = answer as Described
      return { ...described, first: described.first.map((row) => session.sale(row)) }
    },
  },
]

export const workload: Workload<SeedsSession> = {
  name: 'registration',
  title: 'a data set is registered: CSV in, then a first look at it',
  description: `What happens when a file becomes a data set, at sizes from 100,000 to 10,000,000 rows: it is loaded into a
table, and somebody looks at the columns, the number of rows and the first ten. Peak memory is not to grow with the rows.`,
  rows: { quick: 100_000, full: [100_000, 1_000_000, 10_000_000] },
  steps,
  arms: [...engines.map(holdfastArm), betterSqlite3, duckdbNodeApi, pg, hyparquet, byHand].map(withCsv),
  holdfast: (engine) => withCsv(holdfastArm(engine)),
}

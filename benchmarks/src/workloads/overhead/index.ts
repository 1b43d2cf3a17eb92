import { enginesWith } from '../../backends/index.ts'
import type { Workload } from '../../contract/workload.ts'
import { betterSqlite3 } from './arms/better-sqlite3.ts'
import { duckdbNodeApi, duckdbSetColumns } from './arms/duckdb.ts'
import { holdfastArm } from './arms/holdfast.ts'
import { peers } from './arms/peers.ts'
import { pg, pgNamed, pgPool } from './arms/pg.ts'
import type { OverheadSession } from './session.ts'
import { steps } from './steps.ts'

/** `synchronous` NORMAL: with FULL, single writes wait for the disk, and what a library adds would hardly show. */
const engines = enginesWith({ synchronous: 'normal' })

export const workload: Workload<OverheadSession> = {
  name: 'overhead',
  title: 'what a library costs over the driver that it uses, verb by verb',
  description: `Single reads and writes, batches, queries and a stream of the whole table, each by the public API of the
library and by the driver itself, used well. The table has ten columns, among them a boolean, a timestamp and a nullable text,
and an index. Where 64 callers work at once, each asks for its next row when it has its last one; the bare drivers serve them
one after the other on one connection, \`pg, pool\` and the other libraries on ten. SQLite does not wait for the disk at each commit here, so that the
libraries can be told apart; DuckDB and PostgreSQL do.`,
  rows: { quick: 100_000, full: [100_000, 1_000_000] },
  steps,
  arms: [
    ...engines.map(holdfastArm),
    ...[betterSqlite3, duckdbNodeApi, duckdbSetColumns, pg, pgNamed, pgPool],
    ...peers,
  ],
  holdfast: holdfastArm,
}

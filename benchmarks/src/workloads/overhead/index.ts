import { enginesWith } from '../../backends/index.ts'
import type { Workload } from '../../contract/workload.ts'
import { betterSqlite3 } from './arms/better-sqlite3.ts'
import { duckdbNodeApi, duckdbSetColumns } from './arms/duckdb.ts'
import { holdfastArm } from './arms/holdfast.ts'
import { hyparquet } from './arms/hyparquet.ts'
import { peers } from './arms/peers.ts'
import { pg, pgNamed, pgPool } from './arms/pg.ts'
import type { OverheadSession } from './session.ts'
import { verbs, verbsOfCallers } from './steps.ts'

/** `synchronous` NORMAL: with FULL, single writes wait for the disk, and what a library adds would hardly show. */
const engines = enginesWith({ synchronous: 'normal' })

const arms = [...engines.map(holdfastArm), betterSqlite3, duckdbNodeApi, pg, pgNamed, ...peers]

const table = `The table has ten columns, among them a boolean, a timestamp and a nullable text, and an index. SQLite and the
file engine do not wait for the disk at each commit here, so that the libraries can be told apart; DuckDB and PostgreSQL do.`

const rows = { quick: 100_000, full: [100_000, 1_000_000] }

export const workload: Workload<OverheadSession> = {
  name: 'overhead',
  title: 'what a library costs over the driver that it uses, verb by verb',
  description: `Single reads and writes, batches, queries and a stream of the whole table, each by the public API of the
library and by the driver itself, used well, with one caller. ${table}`,
  rows,
  steps: verbs,
  arms: [...arms, duckdbSetColumns, hyparquet],
  holdfast: holdfastArm,
}

export const callers: Workload<OverheadSession> = {
  name: 'callers',
  title: 'single reads and writes by many callers at once',
  description: `Each caller asks for its next row when it has its last one, and is told that a row is there when it is
committed. The bare drivers serve callers one after the other on one connection, \`pg, pool\` and the other libraries on ten.
${table}`,
  rows,
  steps: verbsOfCallers,
  arms: [...arms, pgPool],
  holdfast: holdfastArm,
}

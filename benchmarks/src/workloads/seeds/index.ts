import { enginesWith } from '../../backends/index.ts'
import type { Workload } from '../../contract/workload.ts'
import { betterSqlite3 } from './arms/better-sqlite3.ts'
import { byHand } from './arms/by-hand.ts'
import { duckdbNodeApi } from './arms/duckdb.ts'
import { holdfastArm } from './arms/holdfast.ts'
import { hyparquet } from './arms/hyparquet.ts'
import { pg } from './arms/pg.ts'
import { withCsv } from './csv.ts'
import type { SeedsSession } from './session.ts'
import { steps } from './steps.ts'

/** What is written survives a loss of power: claims of databases are worth nothing without. */
const engines = enginesWith({ synchronous: 'full', csv: true })

export const workload: Workload<SeedsSession> = {
  name: 'seeds',
  title: 'CSV in, aggregate, join, durable writes, readers beside a writer',
  description: `The work that four older systems state their speed for, on a table of eight columns of real types, some of
its notes null and some empty, which must stay apart. The bare arms are the fastest that we know of: for SQLite a parser of
bytes made for these columns and \`insert\` of 32 rows at a time, for DuckDB its own reader with the types stated, for
PostgreSQL the same parser and \`copy\` in the binary form, for files the same parser, hyparquet-writer and hyparquet. Holdfast
has DuckDB read the file itself, with every rule of an insert kept, and reads it for the other engines. Each write is on the disk when it ends. The claims were made for 1,000,000
rows (100,000 of the write), in seconds.`,
  rows: { quick: 100_000, full: [1_000_000] },
  steps,
  arms: [...engines.map(holdfastArm), betterSqlite3, duckdbNodeApi, pg, hyparquet, byHand].map(withCsv),
  holdfast: (engine) => withCsv(holdfastArm(engine)),
}

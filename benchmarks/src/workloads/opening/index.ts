/** Nothing here imports what is timed: neither Holdfast nor a driver. */

import type { Workload } from '../../contract/workload.ts'
import { engines } from '../../databases/engines.ts'
import { betterSqlite3 } from './arms/better-sqlite3.ts'
import { duckdbApi } from './arms/duckdb.ts'
import { holdfastArm } from './arms/holdfast.ts'
import { pgPool } from './arms/pg.ts'
import type { OpeningSession } from './session.ts'

const plain = (session: OpeningSession, answer: unknown) => session.plain(answer)

export const workload: Workload<OpeningSession> = {
  name: 'opening',
  title: 'Opening: from a new process to the first row',
  description:
    'Each run is the first of a new process: imports, the opening of the database, its table (made sure of, or made), the first ' +
    'row. What Node itself takes to start is not in it. Core and one adapter are to cost at most 10 ms and 6 MiB more than the ' +
    'driver alone: compare the times of the imports, and the peak memory.',
  rows: { quick: 10_000, full: [10_000, 1_000_000] },
  steps: [
    {
      name: 'import',
      title: 'Imports alone',
      start: 'empty',
      fresh: true,
      // `open` has imported all there is to import.
      run: () => 'imported',
      uses: [],
    },
    {
      name: 'existing',
      title: 'An existing database',
      start: 'loaded',
      fresh: true,
      run: (session) => session.existing(),
      plain,
    },
    {
      name: 'new',
      title: 'A new database',
      start: 'empty',
      fresh: true,
      run: (session, { run }) => session.created(`readings_${run}`),
      plain,
    },
  ],
  arms: [...engines.map(holdfastArm), betterSqlite3, duckdbApi, pgPool],
  holdfast: holdfastArm,
}

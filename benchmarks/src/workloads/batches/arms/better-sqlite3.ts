import { settingsOf } from '../../../backends/index.ts'
import type { Arm } from '../../../contract/arm.ts'
import { columnNames, dataset, type Grouped } from '../../../data/groups.ts'
import { fillElsewhere } from '../../../databases/fill.ts'
import { openSqlite, sqlitePackages } from '../../../databases/sqlite.ts'
import type { BatchSession } from '../session.ts'

/** Rows of one statement: more are no faster. */
const rowsAtOnce = 32

/** Prepared statements of up to 32 rows, a transaction for each batch. */
export const betterSqlite3: Arm<BatchSession> = {
  name: 'better-sqlite3',
  engine: 'sqlite',
  kind: 'bare',
  packages: sqlitePackages,
  settings: settingsOf.sqlite.normal,
  async open(setting) {
    await fillElsewhere('sqlite', setting, dataset)
    const driver = await openSqlite(setting)
    const places = `(${columnNames.map(() => '?').join()})`
    const insert = (rows: number) =>
      driver.prepare(`insert into groups values ${Array.from({ length: rows }, () => places).join()}`)
    const [one, many] = [insert(1), insert(rowsAtOnce)]
    const insertBatch = driver.transaction((batch: readonly Grouped[]) => {
      const whole = batch.length - (batch.length % rowsAtOnce)
      for (let start = 0; start < whole; start += rowsAtOnce)
        many.run(...batch.slice(start, start + rowsAtOnce).flatMap(valuesOf))
      for (const row of batch.slice(whole)) one.run(...valuesOf(row))
    })
    return {
      session: {
        insertEach(batches) {
          for (const batch of batches) {
            if (batch.length === 1) one.run(...valuesOf(batch[0]!))
            else insertBatch(batch)
          }
        },
        everything: () => driver.prepare<[], object>('select * from groups').iterate(),
        clear() {
          driver.exec('delete from groups')
          driver.pragma('wal_checkpoint(TRUNCATE)')
        },
      },
      settle: () => void driver.pragma('wal_checkpoint(TRUNCATE)'),
      close: () => void driver.close(),
    }
  },
}

const valuesOf = (row: Grouped) => columnNames.map((name) => row[name])

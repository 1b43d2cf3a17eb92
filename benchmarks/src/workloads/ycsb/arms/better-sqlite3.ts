import { settingsOf } from '../../../backends/index.ts'
import type { Arm } from '../../../contract/arm.ts'
import { dataset, fieldNames, type Account, type FieldName } from '../../../data/accounts.ts'
import { fillElsewhere } from '../../../databases/fill.ts'
import { openSqlite, sqlitePackages } from '../../../databases/sqlite.ts'
import type { YcsbSession } from '../session.ts'

/** Prepared statements, on one connection, as the driver is used: the clients wait for each other. */
export const betterSqlite3: Arm<YcsbSession> = {
  name: 'better-sqlite3',
  engine: 'sqlite',
  kind: 'bare',
  packages: sqlitePackages,
  settings: settingsOf.sqlite.normal,
  async open(setting) {
    await fillElsewhere('sqlite', setting, dataset)
    const driver = await openSqlite(setting)
    const columns = ['key', ...fieldNames] as const
    const read = driver.prepare<[string], Account>('select * from accounts where key = ?')
    const scan = driver.prepare<[string, number], Account>(
      'select * from accounts where key >= ? order by key limit ?',
    )
    const updates = Object.fromEntries(
      fieldNames.map((name) => [
        name,
        driver.prepare<[string, string]>(`update accounts set ${name} = ? where key = ?`),
      ]),
    )
    const insert = driver.prepare<string[]>(`insert into accounts values (${columns.map(() => '?').join()})`)
    const replace = driver.prepare<string[]>(
      `replace into accounts values (${columns.map(() => '?').join()})`,
    )
    const remove = driver.prepare<[string]>('delete from accounts where key = ?')
    const valuesOf = (account: Account) => columns.map((name) => account[name])
    const readModifyWrite = driver.transaction(
      (key: string, field: FieldName, change: (value: string) => string) => {
        updates[field]!.run(change(read.get(key)![field]), key)
      },
    )
    return {
      session: {
        read: (key) => read.get(key),
        update: (key, field, value) => updates[field]!.run(value, key),
        insert: (account) => insert.run(...valuesOf(account)),
        scan: (start, count) => scan.all(start, count),
        readModifyWrite: (key, field, change) => readModifyWrite.immediate(key, field, change),
        everything: () => driver.prepare<[], Account>('select * from accounts').iterate(),
        restore: driver.transaction((changed: readonly Account[], added: readonly string[]) => {
          for (const account of changed) replace.run(...valuesOf(account))
          for (const key of added) remove.run(key)
        }),
      },
      settle: () => void driver.pragma('wal_checkpoint(TRUNCATE)'),
      close: () => void driver.close(),
    }
  },
}

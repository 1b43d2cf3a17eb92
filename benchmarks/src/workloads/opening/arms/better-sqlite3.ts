import type SQLite from 'better-sqlite3'
import { fileOf, settingsOf } from '../../../backends/index.ts'
import type { Arm } from '../../../contract/arm.ts'
import { fillElsewhere } from '../../../databases/fill.ts'
import { sqlitePackages } from '../../../databases/sqlite.ts'
import { anew } from '../places.ts'
import { firstReading, type OpeningSession, type Reading } from '../session.ts'

export const betterSqlite3: Arm<OpeningSession> = {
  name: 'better-sqlite3',
  engine: 'sqlite',
  kind: 'bare',
  packages: sqlitePackages,
  settings: settingsOf.sqlite.normal,
  async open(setting) {
    await fillElsewhere('sqlite', setting, { name: 'series' })
    const { default: Driver } = await import('better-sqlite3')
    let driver: SQLite.Database | undefined
    const opened = (path: string, name: string) => {
      driver = new Driver(path)
      driver.pragma('journal_mode = WAL')
      driver.pragma('synchronous = NORMAL')
      driver.exec(
        `create table if not exists ${name} (id integer not null primary key, sensor integer not null, value real) strict`,
      )
      return driver
    }
    return {
      session: {
        existing: () =>
          opened(fileOf(setting, 'sqlite'), 'readings')
            .prepare('select id, sensor, value from readings where id = ?')
            .get(0),
        created(name) {
          const made = opened(fileOf(anew(setting, name), 'sqlite'), name)
          const { id, sensor, value } = firstReading
          made.prepare(`insert into ${name} values (?, ?, ?)`).run(id, sensor, value)
          return made.prepare(`select id, sensor, value from ${name} where id = ?`).get(id)
        },
        plain: (row) => row as Reading,
      },
      close: () => void driver?.close(),
    }
  },
}

import { fileOf, settingsOf } from '../../../backends/index.ts'
import type { Arm } from '../../../contract/arm.ts'
import type { SeedsSession } from '../session.ts'

/** The bare driver at its fastest: 32 rows in each statement, values spread; writer and aggregates in threads of their own. */
export const betterSqlite3: Arm<SeedsSession> = {
  name: 'better-sqlite3',
  kind: 'bare',
  engine: 'sqlite',
  packages: ['better-sqlite3'],
  settings: settingsOf.sqlite.full,
  async open(setting) {
    const { openSqlite } = await import('./sqlite-session.ts')
    return openSqlite(fileOf(setting, 'sqlite'), setting)
  },
}

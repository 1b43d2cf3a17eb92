import type SQLite from 'better-sqlite3'
import createKnex from 'knex'
import { fileOf } from '../../../backends/index.ts'
import type { Setting } from '../../../contract/arm.ts'
import { libraryOf } from './knex.ts'
import type { Library } from './peer.ts'

export function open(setting: Setting): Library {
  const knex = createKnex({
    client: 'better-sqlite3',
    connection: { filename: fileOf(setting, 'sqlite') },
    useNullAsDefault: true,
    pool: {
      afterCreate(connection: SQLite.Database, done: () => void) {
        connection.pragma('synchronous = NORMAL')
        done()
      },
    },
  })
  return libraryOf(knex, {
    // Rows are joined by UNION ALL, of which SQLite allows 500.
    rowsAtOnce: 500,
    rowsOf: (answer) => answer as unknown[],
  })
}

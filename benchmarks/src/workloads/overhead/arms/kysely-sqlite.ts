import { Kysely, SqliteDialect } from 'kysely'
import type { Setting } from '../../../contract/arm.ts'
import { libraryOf, type Database } from './kysely.ts'
import type { Library } from './peer.ts'
import { openDriver } from './sqlite-driver.ts'

export function open(setting: Setting): Library {
  const dialect = new SqliteDialect({ database: openDriver(setting) })
  return libraryOf(new Kysely<Database>({ dialect }), (order) => ({
    ...order,
    paid: order.paid ? 1 : 0,
    at: order.at.getTime(),
  }))
}

import { Kysely, PostgresDialect } from 'kysely'
import pg from 'pg'
import Cursor from 'pg-cursor'
import { clientOf } from '../../../backends/index.ts'
import type { Setting } from '../../../contract/arm.ts'
import { libraryOf, type Database } from './kysely.ts'
import type { Library } from './peer.ts'

export function open(setting: Setting): Library {
  const dialect = new PostgresDialect({ pool: new pg.Pool(clientOf(setting)), cursor: Cursor })
  return libraryOf(new Kysely<Database>({ dialect }), (order) => order)
}

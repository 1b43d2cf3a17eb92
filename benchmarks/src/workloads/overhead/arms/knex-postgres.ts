import createKnex from 'knex'
import { clientOf } from '../../../backends/index.ts'
import type { Setting } from '../../../contract/arm.ts'
import { libraryOf } from './knex.ts'
import type { Library } from './peer.ts'

export function open(setting: Setting): Library {
  const knex = createKnex({ client: 'pg', connection: clientOf(setting), pool: { min: 0, max: 10 } })
  return libraryOf(knex, { rowsAtOnce: 1000, rowsOf: (answer) => (answer as { rows: unknown[] }).rows })
}

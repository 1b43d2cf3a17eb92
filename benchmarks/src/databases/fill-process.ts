/** Makes the tables of a data set on one of our engines, fills them, and leaves them at rest. */

import { open } from '@holdfast/core'
import { loadDataset } from '../data/index.ts'
import { engines } from './engines.ts'
import { givenOrder } from './fill.ts'
import { settle } from './holdfast.ts'

const { engine: name, setting, dataset } = givenOrder()
const engine = engines[name as keyof typeof engines]
await using database = await open(await engine.backend(setting))
for (const { table, rows } of (await loadDataset(dataset)).tables) {
  await database.ensure(table)
  if (setting.loaded) await database.table(table).load(rows(setting))
}
// The server would else look at the new rows while they are asked for.
if (name === 'postgres') await database.sql`vacuum analyze`
await settle(engine, database)

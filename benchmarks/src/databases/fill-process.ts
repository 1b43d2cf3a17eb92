/** Makes the tables of a data set on one of our engines, fills them, and leaves them at rest. */

import { open } from '@holdfast/core'
import { loadDataset } from '../data/index.ts'
import { engineNamed } from './engines.ts'
import { givenOrder } from './fill.ts'

const { engine: name, setting, dataset } = givenOrder()
const engine = engineNamed(name)
await using database = await open(await engine.backend(setting))
for (const { table, rows } of (await loadDataset(dataset)).tables) {
  await database.ensure(table)
  if (setting.loaded) await database.table(table).load(rows(setting))
}
await engine.settle?.(database)

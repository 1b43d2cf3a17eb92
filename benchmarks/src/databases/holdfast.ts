import type { Database } from '@holdfast/core'
import type { HoldfastEngine, Setting } from '../contract/arm.ts'
import type { Dataset } from '../data/dataset.ts'
import { fillElsewhere } from './fill.ts'

/** An open database of an engine, with the tables of a data set, filled if the step wants them so. */
export async function openHoldfast(
  engine: HoldfastEngine,
  setting: Setting,
  dataset: Dataset,
): Promise<Database> {
  if (isFilledElsewhere(engine)) await fillElsewhere(engine.name, setting, dataset)
  const { open } = await import('@holdfast/core')
  const database = await open(await engine.backend(setting), engine.options)
  for (const { table, rows } of dataset.tables) {
    await database.ensure(table)
    if (setting.loaded && setting.existing !== true && !isFilledElsewhere(engine))
      await database.table(table).load(rows(setting))
  }
  return database
}

/** What another process can fill. A third party's engine may hold its rows anywhere. */
const outside: ReadonlySet<string> = new Set(['file', 'sqlite', 'duckdb', 'postgres'])

export function isFilledElsewhere({ name, options }: HoldfastEngine): boolean {
  return outside.has(name) && options === undefined
}

import type { Database } from '@holdfast/core'
import { expect } from 'vitest'
import type { EngineStatistics, NativeClients } from '../src/index.js'

/** What the pool of an open database counts. */
export async function connections(
  database: Database<NativeClients>,
): Promise<EngineStatistics['connections']> {
  return ((await database.stats()).engine as unknown as EngineStatistics).connections
}

/** After everything has ended nothing is lent: no call has kept a connection. */
export async function expectNoneLent(database: Database<NativeClients>): Promise<void> {
  // The one that counts is given back before it counts.
  const { open, idle, waiting } = await connections(database)
  expect({ lent: open - idle, waiting }).toEqual({ lent: 0, waiting: 0 })
}

/** The same without a statement: as many connections as there may be can be had at once. */
export async function expectAllFree(database: Database<NativeClients>, max: number): Promise<void> {
  const all = Promise.withResolvers<void>()
  let entered = 0
  const uses = Array.from({ length: max }, () =>
    database.native.use(async () => {
      if (++entered === max) all.resolve()
      await all.promise
    }),
  )
  await Promise.all(uses)
  expect(entered).toBe(max)
}

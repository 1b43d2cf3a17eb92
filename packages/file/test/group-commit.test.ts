import { integer, isHoldfastError, table } from '@holdfast/core'
import { describe, expect, test } from 'vitest'
import { failing, faults, unsyncedDisk } from './failing.js'
import { scratchFolder } from './folder.js'
import { openOn } from './workload.js'

/** Writers that come at the same time share one sync, which fails for all of them. */

const items = table('items', { id: integer().primaryKey(), caller: integer() })
const shared = table('shared', { id: integer().primaryKey() })

describe('with one call failing under several writers', () => {
  test('what was acknowledged is there, and what was refused is not', async () => {
    let cases = 0
    for (let n = 1; ; n++) {
      const fault = faults[n % faults.length]!
      using folder = scratchFolder()
      const first = await openOn(unsyncedDisk(), folder.path)
      await first.ensure(items)
      await first.ensure(shared)
      await first.close()
      const disk = failing(unsyncedDisk(), n + 4, fault)
      const acknowledged = new Set<number>()
      const told = new Set<number>()
      const known = new Set<number>()
      let db
      try {
        db = await openOn(disk, folder.path)
      } catch (error) {
        expect(isHoldfastError(error)).toBe(true)
        continue
      }
      const opened = db
      await Promise.all(
        Array.from({ length: 6 }, async (_unused, caller) => {
          for (let index = 0; index < 4; index++) {
            const id = caller * 100 + index
            try {
              await opened.table(items).insert({ id, caller })
              acknowledged.add(id)
              // Whoever is told that it is there, having changed nothing, is told what is durable.
              await opened.table(shared).insert({ id: index }, { onConflict: 'skip' })
              known.add(index)
            } catch (error) {
              if (!isHoldfastError(error)) throw error
              expect(['IO', 'LIMIT_EXCEEDED', 'CONFLICT'], error.message).toContain(error.code)
              told.add(id)
            }
          }
        }),
      )
      const read = () => opened.table(items).all()
      // The call that fails may be one of these; it fails once.
      const seen = new Set((await read().catch(read)).map(({ id }) => id))
      expect(seen).toEqual(acknowledged)
      await db.close().catch((error: unknown) => expect(isHoldfastError(error)).toBe(true))
      await using again = await openOn(unsyncedDisk(), folder.path)
      const found = new Set((await again.table(items).all()).map(({ id }) => id))
      for (const id of acknowledged) expect(found, `${fault} at ${n}`).toContain(id)
      for (const id of found) if (!acknowledged.has(id)) expect(told).toContain(id)
      const ids = new Set((await again.table(shared).all()).map(({ id }) => id))
      for (const id of known) expect(ids).toContain(id)
      if (disk.calls < n + 4) break
      cases++
    }
    expect(cases).toBeGreaterThan(5)
  }, 120_000)
})

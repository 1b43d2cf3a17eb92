import { bytes, integer, table } from '@holdfast/core'
import type { Engine, StoredRow } from '@holdfast/core/backend'
import { expect, test } from 'vitest'
import { memory } from '../src/index.js'

const blobs = table('blobs', { id: integer().primaryKey(), data: bytes() }).definition

async function everywhere(engine: Engine): Promise<StoredRow[]> {
  const rows: StoredRow[] = []
  for await (const batch of engine.scan({ table: blobs, columns: ['id', 'data'] })) rows.push(...batch)
  for await (const batch of engine.scan({ table: blobs, columns: ['id', 'data'], keys: [[1]] }))
    rows.push(...batch)
  const scan = { node: 'scan', table: blobs, database: 'main' } as const
  for await (const batch of engine.run!(scan, [], { whole: true })) rows.push(...batch)
  rows.push((await engine.get!(blobs, [1]))!)
  return rows
}

test('bytes are copied on their way in and on each way out', async () => {
  const engine = await memory().open({ report: () => undefined, reporting: () => false })
  await engine.createTable(blobs)
  const given = Uint8Array.of(1, 2, 3)
  const rows = [{ id: 1, data: given }]
  await engine.write({ changes: [{ kind: 'insert', table: blobs, rows, onConflict: 'error' }] })
  given.fill(0)
  for (const row of await everywhere(engine)) (row['data'] as Uint8Array).fill(9)
  expect(await everywhere(engine)).toEqual(
    Array.from({ length: 4 }, () => ({ id: 1, data: Uint8Array.of(1, 2, 3) })),
  )
  await engine.close()
})

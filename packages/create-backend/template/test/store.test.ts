import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Entry, KeyValueStore } from '@holdfast/core/backend'
import { freshStore } from './fresh.ts'

const entry = (key: number[], value: number): Entry => [Uint8Array.from(key), Uint8Array.of(value)]

async function scanned(store: KeyValueStore, from: number[], to: number[]): Promise<number[][]> {
  const found: number[][] = []
  for await (const entries of store.scan({ from: Uint8Array.from(from), to: Uint8Array.from(to) }))
    found.push(...entries.map(([key]) => [...key]))
  return found
}

test('scans a range in the order of bytes, without its end', async () => {
  const store = freshStore()
  const keys = [[2], [1, 255], [1], [255], [1, 0], [128], [127]]
  await store.write({ puts: keys.map((key) => entry(key, 0)), deletes: [] })
  assert.deepEqual(await scanned(store, [], [255]), [[1], [1, 0], [1, 255], [2], [127], [128]])
  assert.deepEqual(await scanned(store, [1, 0], [127]), [[1, 0], [1, 255], [2]])
  await store.close()
})

test('puts, replaces and deletes', async () => {
  const store = freshStore()
  await store.write({ puts: [entry([1], 1), entry([2], 2)], deletes: [] })
  await store.write({ puts: [entry([1], 3)], deletes: [Uint8Array.of(2)] })
  assert.deepEqual([...((await store.get(Uint8Array.of(1))) ?? [])], [3])
  assert.equal(await store.get(Uint8Array.of(2)), undefined)
  await store.close()
})

test('a scan sees the entries of its beginning', async () => {
  const store = freshStore()
  const puts = Array.from({ length: 3000 }, (_, index) => entry([1, index >> 8, index & 255], 0))
  await store.write({ puts, deletes: [] })
  let seen = 0
  for await (const entries of store.scan({ from: Uint8Array.of(1), to: Uint8Array.of(2) })) {
    if (seen === 0) await store.write({ puts: [], deletes: puts.map(([key]) => key) })
    seen += entries.length
  }
  assert.equal(seen, 3000)
  await store.close()
})

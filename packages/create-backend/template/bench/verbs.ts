/**
 * Times a few verbs, each beside the same work on the store itself: what is between is what Holdfast costs.
 * `node bench/verbs.ts 100000` takes the number of rows.
 */
import { count, double, integer, open, table, text } from '@holdfast/core'
import type { Entry } from '@holdfast/core/backend'
import { freshBackend, freshStore } from '../test/fresh.ts'

const size = Number(process.argv[2] ?? 20_000)
const reads = Math.min(size, 2000)

const readings = table('readings', {
  id: integer().primaryKey(),
  station: text(),
  celsius: double().nullable(),
})
const rows = Array.from({ length: size }, (_, id) => ({
  id,
  station: `s${id % 100}`,
  celsius: (id % 400) / 10,
}))
const entries = rows.map((row): Entry => {
  const key = Buffer.alloc(4)
  key.writeUInt32BE(row.id)
  return [key, Buffer.from(JSON.stringify(row))]
})

const store = freshStore()
await using database = await open(freshBackend())
await database.ensure(readings)
const handle = database.table(readings)

const verbs: Record<string, { readonly raw?: () => unknown; readonly holdfast: () => unknown }> = {
  [`insert ${size} rows`]: {
    raw: () => store.write({ puts: entries, deletes: [] }),
    holdfast: () => handle.insert(rows),
  },
  [`get ${reads} rows by key`]: {
    raw: async () => {
      for (const [key] of entries.slice(0, reads)) await store.get(key)
    },
    holdfast: async () => {
      for (const { id } of rows.slice(0, reads)) await handle.get(id)
    },
  },
  'read all rows': {
    raw: async () => {
      for await (const found of store.scan({ from: Uint8Array.of(0), to: Uint8Array.of(255) }))
        for (const [, value] of found) JSON.parse(Buffer.from(value).toString())
    },
    holdfast: () => handle.all(),
  },
  'read the last 20': {
    holdfast: () =>
      handle
        .orderBy((row) => row.id.desc())
        .limit(20)
        .all(),
  },
  'count by station': {
    holdfast: () =>
      handle
        .groupBy((row) => ({ station: row.station }))
        .select((row) => ({ station: row.station, number: count() }))
        .all(),
  },
}

for (const [verb, { raw, holdfast }] of Object.entries(verbs)) {
  const own = raw === undefined ? undefined : await milliseconds(raw)
  const ours = await milliseconds(holdfast)
  const beside = own === undefined ? '' : `  raw ${own.toFixed(1)} ms  ratio ${(ours / own).toFixed(2)}`
  console.log(`${verb.padEnd(24)} ${ours.toFixed(1)} ms${beside}`)
}

await store.close()

async function milliseconds(work: () => unknown): Promise<number> {
  const start = performance.now()
  await work()
  return performance.now() - start
}

import { open } from '@holdfast/core'
import type { Database } from '@holdfast/core'
import { duckdb } from '@holdfast/duckdb'
import fc from 'fast-check'
import { describe, expect, onTestFinished, test } from 'vitest'
import {
  readCsv,
  readJson,
  readNdjson,
  readParquet,
  writeCsv,
  writeJson,
  writeNdjson,
  writeParquet,
} from '../src/index.js'
import { everything, userRows } from './everything.js'

const formats = [
  ['CSV', readCsv, writeCsv],
  ['JSON', readJson, writeJson],
  ['ndjson', readNdjson, writeNdjson],
  ['Parquet', readParquet, writeParquet],
] as const

describe.each(formats)('rows of %s', (_, read, write) => {
  test('are loaded the same from the reader, from its batches, begun or not, and one by one', async () => {
    const db = await open(duckdb({ path: ':memory:' }))
    onTestFinished(() => db.close())
    await db.ensure(everything)
    const handle = db.table(everything)
    await fc.assert(
      fc.asyncProperty(userRows, async (given) => {
        const rows = [...new Map(given.map((row) => [row.id, row])).values()]
        const { columns } = everything.definition
        const bytes = await Array.fromAsync(write(rows, { columns }))
        const reader = () => read(bytes, { table: everything })
        const contentOf = async (source: object) => {
          await handle.clear()
          await handle.load(source as never)
          return handle.all()
        }
        const expected = await contentOf(await Array.fromAsync(reader()))
        expect(await contentOf(reader())).toEqual(expected)
        expect(await contentOf(reader().batches())).toEqual(expected)
        const begun = reader().batches()
        const first = await begun.next()
        expect(await contentOf(begun)).toHaveLength(rows.length - (first.value?.length ?? 0))
      }),
      { numRuns: 20 },
    )
  })
})

test('batches that were loaded have come to their end', async () => {
  const db: Database = await open(duckdb({ path: ':memory:' }))
  onTestFinished(() => db.close())
  await db.ensure(everything)
  const batches = readCsv(Buffer.from('id\n1\n2\n'), { table: everything }).batches()
  expect(await db.table(everything).load(batches)).toEqual({ count: 2 })
  expect(await batches.next()).toEqual({ done: true, value: undefined })
})

import { count, double, integer, open, sum, table, text } from '@holdfast/core'
import { file } from '@holdfast/file'
import { deepEqual, equal } from 'node:assert/strict'
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { wholeNumber } from '../options.ts'
import { measured } from './measured.ts'

const usage = `Loads, groups, sorts and exports a table that is larger than the heap of this process, and checks every answer.

  pnpm large [--rows 10000000] [--format parquet|ndjson|csv|json]`

const readings = table('readings', {
  id: integer().primaryKey(),
  station: integer(),
  value: double(),
  mark: text(),
  note: text().nullable(),
})

/** Numbers in no order, the same for the same id; sums of the values are exact in any order. */
function reading(id: number) {
  const mixed = Math.imul(Math.imul(id, 0x9e3779b9) ^ (id >>> 7), 0x85ebca6b) >>> 0
  return {
    id,
    station: mixed % 1000,
    value: (mixed >>> 4) / 8,
    mark: `mark ${mixed >>> 12}`,
    note: mixed % 3 === 0 ? null : `a note on reading ${id}`,
  }
}

const { rows, format } = optionsOrUsage()
const folder = mkdtempSync(join(tmpdir(), 'holdfast-large-'))
console.log(`${rows} rows as ${format}`)
try {
  const db = await open(file({ path: join(folder, 'db'), format }))
  await db.ensure(readings)
  const stored = db.table(readings)
  const all = stored.orderBy((row) => row.id)

  await measured('load', async () => {
    equal((await stored.load(generated())).count, rows)
  })
  await measured('count', async () => equal(await stored.count(), rows))
  await measured('group, 1,000 groups', async () => {
    const found = await stored
      .groupBy((row) => ({ station: row.station }))
      .select((row) => ({ station: row.station, number: count(), total: sum(row.value) }))
      .orderBy((row) => row.station)
      .all()
    deepEqual(found, expectedGroups())
  })
  await measured('group, a group for every ten rows', async () => {
    const groups = stored
      .groupBy((row) => ({ mark: row.mark }))
      .select((row) => ({ mark: row.mark, number: count() }))
    let number = 0
    for await (const batch of groups.batches()) for (const group of batch) number += group.number
    equal(number, rows)
  })
  const byValue = stored.orderBy((row) => [row.value.desc(), row.id])
  await measured('sort, the first ten', async () => {
    deepEqual(await byValue.limit(10).all(), expectedFirst(10))
  })
  await measured('sort, all rows', async () => {
    let number = 0
    let before = Infinity
    for await (const batch of byValue.batches()) {
      for (const { value } of batch) {
        if (value > before) throw new Error(`${value} comes after ${before}`)
        before = value
      }
      number += batch.length
    }
    equal(number, rows)
  })
  for (const name of ['all.parquet', 'all.csv']) {
    const path = join(folder, name)
    await measured(`export to ${name}`, async () => {
      equal((await all.exportFile(path)).rows, rows)
    })
    await measured(`read ${name} again`, async () => {
      const exported = await db.file(path, { table: readings })
      const [found] = await exported.select((row) => ({ number: count(), total: sum(row.value) })).all()
      const groups = expectedGroups()
      deepEqual(found, { number: rows, total: groups.reduce((total, group) => total + group.total, 0) })
    })
    console.log(`  ${name} has ${(statSync(path).size / 2 ** 20).toFixed(0)} MiB`)
  }
  await measured('close', () => db.close())
} finally {
  rmSync(folder, { recursive: true, force: true })
}

function* generated() {
  for (let id = 0; id < rows; id++) yield reading(id)
}

function expectedGroups() {
  const groups = Array.from({ length: 1000 }, (_, station) => ({ station, number: 0, total: 0 }))
  for (const { station, value } of generated()) {
    const group = groups[station]!
    group.number++
    group.total += value
  }
  return groups.filter(({ number }) => number > 0)
}

function expectedFirst(limit: number) {
  const first: ReturnType<typeof reading>[] = []
  for (const row of generated()) {
    if (first.length === limit && first.at(-1)!.value >= row.value) continue
    const place = first.findIndex(({ value }) => value < row.value)
    first.splice(place < 0 ? first.length : place, 0, row)
    first.length = Math.min(first.length, limit)
  }
  return first
}

function optionsOrUsage() {
  try {
    const { values } = parseArgs({
      options: {
        rows: { type: 'string', default: '10000000' },
        format: { type: 'string', default: 'parquet' },
      },
    })
    const format = (['parquet', 'ndjson', 'csv', 'json'] as const).find((name) => name === values.format)
    if (format === undefined) throw new RangeError(`There is no format '${values.format}'.`)
    return { rows: wholeNumber('--rows', values.rows, 1), format }
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`)
    process.exit(2)
  }
}

import { bytes, integer, table, text, timestamp } from '@holdfast/core'
import type { Database } from '@holdfast/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { itemRows, items, opened } from './databases.js'

async function streamed(rows: AsyncIterable<unknown>): Promise<unknown[]> {
  const all: unknown[] = []
  for await (const row of rows) all.push(row)
  return all
}

const places = table(
  'places',
  {
    region: text(),
    at: timestamp('us'),
    mark: bytes(),
    rank: integer(),
    note: text().nullable(),
  },
  { primaryKey: ['region', 'at', 'mark'], indexes: [{ columns: ['rank'] }, { columns: ['note'] }] },
)

/** What is asked of streams, as the whole answer has it. */
async function expectSame(database: Database): Promise<void> {
  const all = database.table(places)
  for (const query of [
    all,
    all.where((row) => row.rank.lt(3)),
    all.where((row) => row.note.isNull().or(row.note.gt('m'))),
    all.where((row) => row.rank.in([1, 2, 9])),
    all.select((row) => ({ note: row.note, next: row.rank.add(1) })),
    all.where((row) => row.rank.ge(1)).orderBy((row) => row.region.asc()),
    all.orderBy((row) => row.region.desc()),
  ]) {
    expect(await streamed(query.stream())).toEqual(await query.all())
  }
}

const place = fc.record({
  region: fc.constantFrom('', 'a', 'B', 'é', '\u{1f30a}', '\uffff'),
  at: fc.constantFrom(-1n, 0n, 1n, 1_700_000_000_000_000n),
  mark: fc.constantFrom(new Uint8Array(), new Uint8Array([0]), new Uint8Array([255, 1])),
  rank: fc.integer({ min: 0, max: 9 }),
  note: fc.option(fc.constantFrom('m', 'n', 'z')),
})

const placesInAnyOrder = fc.uniqueArray(place, {
  selector: ({ region, at, mark }) => `${region} ${at} ${mark.join()}`,
  maxLength: 40,
})

describe('a stream has the order of its key', () => {
  test('however the rows lie in the table', async () => {
    const database = await opened()
    await fc.assert(
      fc.asyncProperty(placesInAnyOrder, fc.boolean(), fc.nat(), async (rows, isSorted, moved) => {
        await database.ensure(places)
        const all = database.table(places)
        await all.insert(rows)
        if (isSorted) {
          const sorted = await all.all()
          await all.clear()
          await all.insert(sorted)
        }
        await expectSame(database)
        const [first, ...more] = rows
        if (first !== undefined) {
          const { region, at, mark } = rows[moved % rows.length]!
          await all.patch({ region, at, mark }, { note: 'moved' })
          if (more.length > 0) await all.delete({ region: first.region, at: first.at, mark: first.mark })
          await expectSame(database)
        }
        await database.drop(places)
      }),
      { numRuns: 25 },
    )
  })

  test('of many rows, read by several threads, with conditions on other columns that have an index', async () => {
    const database = await opened({ threads: 4 })
    const numbers = table(
      'numbers',
      { id: integer().primaryKey(), shuffled: integer(), note: text() },
      { indexes: [{ columns: ['shuffled'] }] },
    )
    await database.ensure(numbers)
    const rows = Array.from({ length: 400_000 }, (_, id) => ({
      id,
      shuffled: (id * 7919) % 400_000,
      note: `number ${id}`,
    }))
    await database.table(numbers).insert(rows)
    const all = database.table(numbers)
    expect(await streamed(all.stream())).toEqual(rows)
    for (const most of [10, 1000, 100_000]) {
      const few = all.where((row) => row.shuffled.lt(most))
      expect(await streamed(few.stream())).toEqual(rows.filter(({ shuffled }) => shuffled < most))
    }
  })

  test('inside a transaction that has moved rows itself', async () => {
    const database = await opened()
    await database.ensure(items)
    await database.table(items).insert(itemRows(5000, 5000))
    await database.transaction(async (tx) => {
      const inside = tx.table(items)
      expect(await streamed(inside.stream())).toEqual(itemRows(5000, 5000))
      await inside.insert(itemRows(5000))
      await inside.patch(7000, { name: 'moved' })
      await inside.delete(8000)
      const expected = itemRows(10_000)
        .filter(({ id }) => id !== 8000)
        .map((row) => (row.id === 7000 ? { ...row, name: 'moved' } : row))
      const stream = inside.stream()
      const first = await stream.next()
      await inside.where((row) => row.id.ge(0)).delete()
      expect([first.value, ...(await streamed(stream))]).toEqual(expected)
    })
  })

  test('where what lies in order in one state does not in the next', async () => {
    const database = await opened()
    await database.ensure(items)
    await database.table(items).insert(itemRows(10_000))
    const stream = database.table(items).stream()
    const first = await stream.next()
    await database.table(items).put({ id: 1, name: 'moved' })
    expect([first.value, ...(await streamed(stream))]).toEqual(itemRows(10_000))
    expect(await streamed(database.table(items).stream())).toEqual(
      itemRows(10_000).map((row) => (row.id === 1 ? { id: 1, name: 'moved' } : row)),
    )
  })
})

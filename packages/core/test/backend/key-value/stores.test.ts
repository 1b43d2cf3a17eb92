import { Buffer } from 'node:buffer'
import { describe, expect, test } from 'vitest'
import { keyValueBackend } from '../../../src/backend/index.js'
import type { KeyValueOptions } from '../../../src/backend/index.js'
import { bigint, integer, open, table, text } from '../../../src/index.js'
import { OrderedMap, OrderedMapStore } from './ordered-map.js'

const stations = table('stations', { id: integer().primaryKey(), name: text().unique() })
const plain = table('stations', { id: integer().primaryKey(), name: text() })

const over = (map: OrderedMap, options: Partial<KeyValueOptions<OrderedMapStore>> = {}) =>
  open(keyValueBackend({ name: 'map', durable: true, open: () => new OrderedMapStore(map), ...options }))

describe('a backend over a key-value store', () => {
  test('keeps its tables in the store', async () => {
    const map = new OrderedMap()
    await using first = await over(map)
    await first.ensure(stations)
    await first.table(stations).insert({ id: 1, name: 'harbour' })
    await first.close()
    await using second = await over(map)
    expect(await second.table(stations).all()).toEqual([{ id: 1, name: 'harbour' }])
    await expect(second.table(stations).insert({ id: 2, name: 'harbour' })).rejects.toMatchObject({
      code: 'UNIQUE_VIOLATION',
    })
  })

  test('leaves nothing of a dropped table, and a new one of its name is empty', async () => {
    const map = new OrderedMap()
    await using database = await over(map)
    await database.ensure(stations)
    const empty = map.entries.length
    await database.table(stations).insert(Array.from({ length: 100 }, (_, id) => ({ id, name: `${id}` })))
    await database.drop('stations')
    expect(map.entries.length).toBe(empty - 1)
    await database.ensure(stations)
    expect(await database.table(stations).all()).toEqual([])
  })

  test('removes what is left of a table that was being dropped when the process ended', async () => {
    const map = new OrderedMap()
    const first = await over(map)
    await first.ensure(stations)
    await first.table(stations).insert(Array.from({ length: 100 }, (_, id) => ({ id, name: `${id}` })))
    map.writesLeft = 3
    await expect(first.drop('stations')).rejects.toMatchObject({ code: 'ENGINE' })
    expect(map.entries.length).toBeGreaterThan(100)
    map.writesLeft = Infinity
    await using second = await over(map)
    expect(await second.tables()).toEqual([])
    expect(map.entries.length).toBe(1)
  })

  test('gives out no key again, after a delete and after opening again (WRITE-4)', async () => {
    const events = table('events', { id: bigint().primaryKey().generated(), what: text() })
    const map = new OrderedMap()
    const first = await over(map)
    await first.ensure(events)
    await first.table(events).insert([{ what: 'a' }, { what: 'b' }])
    await first.table(events).delete(2n)
    await first.close()
    await using second = await over(map)
    expect((await second.table(events).insert([{ what: 'c' }])).keys).toEqual([3n])
  })

  test('adds a missing index over the rows that are there, and moves unique values from row to row', async () => {
    const map = new OrderedMap()
    await using database = await over(map)
    await database.ensure(plain)
    await database.table(plain).insert([
      { id: 1, name: 'a' },
      { id: 2, name: 'a' },
    ])
    await expect(database.ensure(stations)).rejects.toMatchObject({ code: 'UNIQUE_VIOLATION', key: 2 })
    await database.table(plain).patch(2, { name: 'b' })
    await database.ensure(stations)
    const handle = database.table(stations)
    await expect(handle.insert({ id: 3, name: 'b' })).rejects.toMatchObject({ code: 'UNIQUE_VIOLATION' })
    await database.transaction(async (transaction) => {
      await transaction.table(stations).patch(2, { name: 'c' })
      await transaction.table(stations).patch(1, { name: 'b' })
      await transaction.table(stations).patch(2, { name: 'a' })
    })
    await expect(handle.insert({ id: 3, name: 'a' })).rejects.toMatchObject({ code: 'UNIQUE_VIOLATION' })
    await handle.insert({ id: 3, name: 'c' })
  })

  test('finds unique texts of any length', async () => {
    await using database = await over(new OrderedMap())
    await database.ensure(stations)
    const long = 'x'.repeat(100_000)
    await database.table(stations).insert({ id: 1, name: `${long}a` })
    await database.table(stations).insert({ id: 2, name: `${long}b` })
    await expect(database.table(stations).insert({ id: 3, name: `${long}b` })).rejects.toMatchObject({
      code: 'UNIQUE_VIOLATION',
    })
  })

  test('writes nothing where the store fails', async () => {
    const map = new OrderedMap()
    await using database = await over(map)
    await database.ensure(stations)
    map.writesLeft = 0
    await expect(database.table(stations).insert({ id: 1, name: 'a' })).rejects.toMatchObject({
      code: 'ENGINE',
    })
    map.writesLeft = Infinity
    expect(await database.table(stations).all()).toEqual([])
    await database.table(stations).insert({ id: 1, name: 'a' })
  })

  test('refuses a store that another program filled, and leaves it as it is', async () => {
    const map = new OrderedMap()
    map.entries = [[Buffer.from('key'), Buffer.from('value')]]
    await expect(over(map)).rejects.toMatchObject({ code: 'INVALID_DATA' })
    expect(map.entries).toHaveLength(1)
  })

  test('refuses a layout that it does not know, and a catalogue that is damaged', async () => {
    const map = new OrderedMap()
    map.entries = [[Uint8Array.of(0), Buffer.from('{"format":2,"tables":0}')]]
    await expect(over(map)).rejects.toMatchObject({ code: 'UNSUPPORTED' })
    map.entries = [[Uint8Array.of(0), Buffer.from('{"format"')]]
    await expect(over(map)).rejects.toMatchObject({ code: 'CORRUPT' })
  })

  test('tells of a damaged row', async () => {
    const map = new OrderedMap()
    await using database = await over(map)
    await database.ensure(plain)
    await database.table(plain).insert({ id: 1, name: 'a' })
    const [key, value] = map.entries.at(-1)!
    map.entries = [...map.entries.slice(0, -1), [key, value.subarray(1)]]
    await expect(database.table(plain).get(1)).rejects.toMatchObject({ code: 'CORRUPT', table: 'stations' })
    await expect(database.table(plain).all()).rejects.toMatchObject({ code: 'CORRUPT', table: 'stations' })
  })

  test('closes the store once, also when it cannot be opened, and gives all snapshots back', async () => {
    let closed = 0
    class Counting extends OrderedMapStore {
      override close(): void {
        closed++
      }
    }
    const map = new OrderedMap()
    const database = await over(map, { open: () => new Counting(map) })
    await database.close()
    await database.close()
    expect(closed).toBe(1)
    map.entries = [[Uint8Array.of(0), Buffer.from('nothing')]]
    await expect(over(map, { open: () => new Counting(map) })).rejects.toMatchObject({ code: 'CORRUPT' })
    expect(closed).toBe(2)
  })

  test('reads from a snapshot while others write, and gives it back', async () => {
    const map = new OrderedMap()
    await using database = await over(map, { snapshots: true })
    await database.ensure(stations)
    await database.table(stations).insert({ id: 1, name: 'a' })
    const begun = Promise.withResolvers<void>()
    const written = Promise.withResolvers<void>()
    const seen = database.transaction(
      async (transaction) => {
        const before = await transaction.table(stations).all()
        begun.resolve()
        await written.promise
        return [before, await transaction.table(stations).all()]
      },
      { readOnly: true },
    )
    await begun.promise
    expect(map.openSnapshots).toBe(1)
    await database.table(stations).insert({ id: 2, name: 'b' })
    written.resolve()
    const [before, after] = await seen
    expect(before).toEqual([{ id: 1, name: 'a' }])
    expect(after).toEqual(before)
    expect(map.openSnapshots).toBe(0)
    expect(await database.table(stations).all()).toHaveLength(2)
  })
})

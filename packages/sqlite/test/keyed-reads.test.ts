import { bigint, boolean, decimal, integer, table, text, timestamp } from '@holdfast/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { opened } from './databases.js'

const day = (number: number) => new Date(number * 86_400_000)
const others = { flag: boolean().nullable(), at: timestamp().nullable(), count: bigint() }
const rowOf = (id: unknown, number: number) => ({
  id,
  flag: number % 3 === 0 ? null : number % 3 === 1,
  at: number % 4 === 0 ? null : day(number),
  count: 2n ** 60n + BigInt(number),
})

/** Keys that are SQLite's own row numbers, and others. */
const kinds = [
  ['integer', table('t', { id: integer().primaryKey(), ...others }), (number: number) => number - 20],
  ['bigint', table('t', { id: bigint().primaryKey(), ...others }), (number) => 2n ** 62n + BigInt(number)],
  ['timestamp', table('t', { id: timestamp().primaryKey(), ...others }), (number) => day(number - 20)],
  ['decimal', table('t', { id: decimal(6, 2).primaryKey(), ...others }), (number) => `${number - 20}.25`],
  ['text', table('t', { id: text().primaryKey(), ...others }), (number) => `key '${number}"`],
] as const satisfies readonly (readonly [string, unknown, (number: number) => unknown])[]

const numbers = fc.array(fc.integer({ min: 0, max: 39 }), { maxLength: 30 })

describe.each(kinds)('rows by a list of keys of the type %s', (_, definition, keyOf) => {
  test('are those that single reads give, in the order of the keys and each an object of its own', async () => {
    const database = await opened()
    await database.ensure(definition)
    const handle = database.table(definition as (typeof kinds)[0][1])
    const keyed = keyOf as (number: number) => number
    await fc.assert(
      fc.asyncProperty(numbers, numbers, async (present, asked) => {
        await handle.clear()
        await handle.insert([...new Set(present)].map((number) => rowOf(keyed(number), number)) as never)
        const rows = await handle.getMany(asked.map(keyed))
        const single: unknown[] = []
        for (const number of asked) single.push(await handle.get(keyed(number)))
        expect(rows).toEqual(single)
        const found = rows.filter((row) => row !== undefined)
        expect(new Set(found).size).toBe(found.length)
      }),
      { numRuns: 40 },
    )
  })
})

test('a table of another program whose key may hold more than it says is read by a list of keys', async () => {
  const database = await opened()
  database.native.exec(`
    create table loose (id integer primary key, name varchar(10) collate nocase);
    insert into loose values (1, 'one'), (2, 'TWO'), (9007199254740993, 'far')`)
  const handle = await database.table<{ id: number; name: string }>('loose')
  expect(await handle.getMany([2, 7, 1] as never)).toEqual([
    { id: 2, name: 'TWO' },
    undefined,
    { id: 1, name: 'one' },
  ])
})

import { decimal, integer, open, table, text } from '@holdfast/core'
import { expect, test } from 'vitest'
import { sqlite } from '../src/index.js'
import { temporaryFile } from './files.js'

const before = table('prices', { id: integer().primaryKey(), price: decimal(8, 2) })

const filled = async (path = temporaryFile()) => {
  const database = await open(sqlite({ path }))
  await database.ensure(before)
  await database.table(before).insert({ id: 1, price: '1.25' })
  return database
}

test('another scale is told before a value is misread', async () => {
  await using database = await filled()
  const finer = table('prices', { id: integer().primaryKey(), price: decimal(8, 3) })
  await expect(database.table(finer).get(1)).rejects.toMatchObject({
    code: 'SCHEMA_MISMATCH',
    table: 'prices',
    column: 'price',
  })
  await expect(database.table(finer).all()).rejects.toMatchObject({ code: 'SCHEMA_MISMATCH' })
  expect(await database.table(before).get(1)).toEqual({ id: 1, price: '1.25' })
})

test.each(['a file', ':memory:'])('a table that SQL makes anew in %s is compared again', async (place) => {
  await using database = await filled(place === ':memory:' ? place : undefined)
  const other = table('other', { id: integer().primaryKey(), name: text().nullable() })
  await database.sql`create table other (id integer primary key, name text) strict`
  await database.table(other).insert({ id: 1, name: 'a' })
  await database.sql`drop table other`
  expect((await database.tables()).map(({ name }) => name)).toEqual(['prices'])
  await expect(database.table(other).get(1)).rejects.toMatchObject({ code: 'UNKNOWN_TABLE' })
  await database.sql`create table other (id integer primary key, name blob) strict`
  await expect(database.table(other).get(1)).rejects.toMatchObject({ code: 'SCHEMA_MISMATCH' })
})

test('a table that SQL changes within a transaction is used in it', async () => {
  await using database = await open(sqlite({ path: temporaryFile() }))
  const narrow = table('people', { id: integer().primaryKey(), name: text().nullable() })
  const wide = table('people', {
    id: integer().primaryKey(),
    name: text().nullable(),
    town: text().nullable(),
  })
  await database.sql`create table people (id integer primary key, name text) strict`
  await database.table(narrow).insert({ id: 1, name: 'a' })
  await database.transaction(async (transaction) => {
    await transaction.sql`alter table people add column town text`
    await transaction.table(wide).insert({ id: 2, name: 'b', town: 'c' })
    expect(await transaction.table(wide).count()).toBe(2)
  })
  expect(await database.table(wide).get(2)).toEqual({ id: 2, name: 'b', town: 'c' })
  await expect(database.table(narrow).get(1)).rejects.toMatchObject({ code: 'SCHEMA_MISMATCH' })
})

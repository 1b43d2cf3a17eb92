import { integer, isHoldfastError, open, table, text } from '@holdfast/core'
import type { Database, Verbs } from '@holdfast/core'
import { isDeepStrictEqual } from 'node:util'
import { fileOn } from '../src/backend.js'
import type { Disk } from '../src/disk/disk.js'
import type { FileDatabase } from '../src/index.js'
import { resolveOptions } from '../src/options.js'
import type { FileOptions } from '../src/options.js'

/** A script that goes through everything that writes, and what the database holds after each of its steps. */

export const people = table('people', {
  id: integer().primaryKey().generated(),
  name: text().unique(),
  note: text().nullable(),
})
export const visits = table('visits', { id: integer().primaryKey(), person: integer() })
const indexedVisits = table(
  'visits',
  { id: integer().primaryKey(), person: integer() },
  { indexes: [{ columns: ['person', 'id'], unique: true }] },
)
const passing = table('passing', { id: integer().primaryKey() })

type Opened = Database<FileDatabase>

/** What is there: the rows of each table, in JSON, by its name. */
export type Contents = Readonly<Record<string, string>>

export interface Step {
  readonly name: string
  readonly run: (db: Opened) => Promise<unknown>
}

const visitsFrom = (first: number, count: number) =>
  Array.from({ length: count }, (_, index) => ({ id: first + index, person: index % 3 }))

async function visitBoth(db: Verbs): Promise<void> {
  await db.table(people).put({ id: 2, name: 'Grace', note: 'both' })
  await db.table(visits).insert({ id: 10, person: 2 })
}

/** Steps that leave another state each, or the same rows as before it. */
export const script: readonly Step[] = [
  { name: 'create people', run: (db) => db.ensure(people) },
  { name: 'create visits', run: (db) => db.ensure(visits) },
  { name: 'insert', run: (db) => db.table(people).insert([{ name: 'Ada' }, { name: 'Grace' }]) },
  { name: 'put', run: (db) => db.table(people).put({ id: 1, name: 'Ada L.', note: 'changed' }) },
  {
    name: 'transaction with savepoint',
    run: (db) =>
      db.transaction(async (transaction) => {
        await visitBoth(transaction)
        await transaction
          .transaction(async (inner) => {
            await inner.table(visits).insert({ id: 11, person: 1 })
            await inner.table(people).delete(1)
            throw new TakenBack()
          })
          .catch((error: unknown) => {
            if (!(error instanceof TakenBack)) throw error
          })
        await transaction.table(visits).insert({ id: 12, person: 1 })
      }),
  },
  { name: 'flush', run: (db) => db.native.flush() },
  { name: 'large load', run: (db) => db.table(visits).insert(visitsFrom(100, 60)) },
  { name: 'delete', run: (db) => db.table(visits).deleteMany([100, 101, 12]) },
  { name: 'put a long note', run: (db) => db.table(people).put({ id: 1, name: 'Ada L.', note: longNote }) },
  { name: 'insert more', run: (db) => db.table(people).insert({ name: 'Edsger' }) },
  {
    name: 'large transaction over both',
    run: (db) =>
      db.transaction(async (transaction) => {
        await transaction.table(people).delete(2)
        await transaction.table(visits).put(visitsFrom(90, 40))
        await transaction.table(people).insert({ name: 'Grace' })
      }),
  },
  { name: 'compact', run: (db) => db.native.compact() },
  { name: 'create index', run: (db) => db.ensure(indexedVisits) },
  { name: 'create passing', run: (db) => db.ensure(passing) },
  { name: 'insert passing', run: (db) => db.table(passing).insert({ id: 1 }) },
  { name: 'drop passing', run: (db) => db.drop(passing) },
  { name: 'put another', run: (db) => db.table(people).put({ id: 3, name: 'Edsger', note: longNote }) },
  { name: 'delete people', run: (db) => db.table(people).delete(1) },
]

/** As long as two sectors of a disk, and not so long that it becomes a segment at once. */
const longNote = 'note '.repeat(140)

class TakenBack extends Error {}

export const small = {
  format: 'ndjson',
  journalSize: 1024,
  cacheSize: 10_000,
  timeout: 1000,
} as const

export function openOn(disk: Disk, path: string, options: Partial<FileOptions> = {}): Promise<Opened> {
  return open(fileOn(disk, resolveOptions({ ...small, ...options, path })))
}

const names = ['Ada', 'Ada L.', 'Grace', 'Edsger']

/** Everything that is there, read by scans, by keys, and by the unique index, which have to agree. */
export async function contentsOf(db: Opened): Promise<Contents> {
  const found: Record<string, string> = {}
  for (const { name, indexes } of await db.tables()) {
    const known = [people, indexes.length > 0 ? indexedVisits : visits, passing].find(
      (each) => each.definition.name === name,
    )!
    const rows: readonly { readonly id: number }[] = await db.table(known).all()
    for (const row of rows) agree(row, await db.table(known).get(row.id))
    found[name] = JSON.stringify([rows, indexes.map(({ columns }) => columns)])
  }
  if (found['people'] === undefined) return found
  const taken = new Set((await db.table(people).all()).map(({ name }) => name))
  for (const name of names) agree([name, taken.has(name)], [name, await isTaken(db, name)])
  return found
}

/** Whether the unique index says so. */
async function isTaken(db: Opened, name: string): Promise<boolean> {
  const refused = db.transaction(async (transaction) => {
    await transaction.table(people).insert({ name })
    throw new TakenBack()
  })
  return refused.then(
    () => false,
    (error: unknown) => {
      if (error instanceof TakenBack) return false
      if (isHoldfastError(error) && error.code === 'UNIQUE_VIOLATION') return true
      throw error
    },
  )
}

function agree(expected: unknown, found: unknown): void {
  if (!isDeepStrictEqual(expected, found))
    throw new Error(`a scan has ${JSON.stringify(expected)}, a look-up ${JSON.stringify(found)}`)
}

/** What the database holds after none of the steps, after the first, and so on. */
export async function statesOf(open: () => Promise<Opened>): Promise<readonly Contents[]> {
  await using db = await open()
  const states = [await contentsOf(db)]
  for (const { run } of script) {
    await run(db)
    states.push(await contentsOf(db))
  }
  return states
}

/** The places of a state among those, which may be there several times. */
export function isState(states: readonly Contents[], place: number, found: Contents): boolean {
  return isDeepStrictEqual(states[place], found)
}

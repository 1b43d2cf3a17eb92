import type { Database } from '../../database/database-types.js'
import { disagree } from '../report/disagreement.js'
import { entriesOf, sayingOf } from './perform.js'
import type { Outcome, Sayings } from './perform.js'
import { entries, journal, keysByUnit } from './tables.js'
import type { ReadingWay, Unit } from './work.js'

type Entry = { readonly entry: number; readonly entryUnit: number }
/** The rows that a way of reading gave; undefined where it does not look for them all. */
type Read = (database: Database, unit: number) => Promise<readonly Entry[] | undefined>

class Left extends Error {}

const ways: Readonly<Record<ReadingWay, Read>> = {
  all: (database) => database.table(entries).all(),
  count: async (database) => {
    await database.table(entries).count()
    return undefined
  },
  filter: (database, unit) =>
    database
      .table(entries)
      .where(({ entryUnit }) => entryUnit.eq(unit))
      .all(),
  stream: (database) => Array.fromAsync(database.table(entries).stream()),
  batches: async (database) => (await Array.fromAsync(database.table(entries).batches())).flat(),
  join: async (database) => {
    await database
      .table(entries)
      .join(database.table(journal), (entry, line) => entry.entryUnit.eq(line.lineUnit))
      .all()
    return undefined
  },
  break: async (database) => {
    for await (const _ of database.table(entries).stream()) break
    return undefined
  },
  throw: async (database) => {
    try {
      for await (const _ of database.table(entries).stream()) throw new Left()
    } catch (error) {
      if (!(error instanceof Left)) throw error
    }
    return undefined
  },
  abort: async (database) => {
    const controller = new AbortController()
    for await (const _ of database.table(entries).stream({ signal: controller.signal })) controller.abort()
    return undefined
  },
  'left alone': async (database) => {
    const stream = database.table(entries).stream()
    const first = stream.next()
    await stream.return()
    await first
    return undefined
  },
}

/**
 * Reads; returns whether it succeeded. A stream that ends without an error has given everything: of each unit all rows or
 * none, all if the unit was acknowledged before, none if it was refused.
 *
 * @throws Disagreement when it fails as nothing should, or gives what is not there
 */
export async function performRead(
  database: Database,
  way: ReadingWay,
  unit: number,
  units: readonly Unit[],
  outcomes: ReadonlyMap<number, Outcome>,
  sayings: Sayings,
): Promise<boolean> {
  const before = new Map(outcomes)
  let rows: readonly Entry[] | undefined
  try {
    rows = await ways[way](database, unit)
  } catch (error) {
    sayingOf(error, sayings)
    return false
  }
  const asked = way === 'filter' ? units.filter(({ number }) => number === unit) : units
  if (rows !== undefined) expectUnits(way, rows, asked, before)
  return true
}

function expectUnits(
  way: ReadingWay,
  rows: readonly Entry[],
  units: readonly Unit[],
  before: ReadonlyMap<number, Outcome>,
): void {
  const found = keysByUnit(rows)
  for (const { number, steps } of units) {
    const keys = JSON.stringify(found.get(number) ?? [])
    const whole = JSON.stringify(steps.flatMap((step) => entriesOf(number, step)))
    const allowed = { done: [whole], nothing: ['[]'], unknown: [whole, '[]'] }[
      before.get(number) ?? 'unknown'
    ]
    if (!allowed.includes(keys))
      disagree(`what ${way} finds of unit ${number}`, keys, allowed.join(' or '), ['WRITE-1', 'WRITE-8'])
  }
}

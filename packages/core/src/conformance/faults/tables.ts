import type { Database, Verbs } from '../../database/database-types.js'
import { integer } from '../../schema/columns.js'
import { table } from '../../schema/table.js'

/** Rows of a unit, under keys that belong to it alone. */
export const entries = table(
  'entries',
  { entry: integer().primaryKey(), entryUnit: integer(), position: integer() },
  { indexes: [{ columns: ['entryUnit'] }] },
)
/** Rows of a unit, under keys that the engine makes. */
export const journal = table('journal', { line: integer().primaryKey().generated(), lineUnit: integer() })
/** Sums to which each unit adds a power of two of its own, so that what was lost or doubled can be told. */
export const counters = table('counters', { counter: integer().primaryKey(), bits: integer() })
/** One row for each unit to patch, and one to delete. */
export const seeds = table('seeds', { seed: integer().primaryKey(), state: integer() })

/** A table that one unit creates. */
export function ownTable(unit: number) {
  return table(`own_${unit}`, { id: integer().primaryKey(), value: integer() })
}

export const counterCount = 6
/** A sum of more powers of two is no safe integer any more. */
export const mostUnits = 50
export const patched = (unit: number): number => unit
export const deleted = (unit: number): number => 1000 + unit
export const entriesEach = 100

/** Makes the tables as they are before any unit. */
export async function createTables(database: Database): Promise<void> {
  for (const made of [entries, journal, counters, seeds]) await database.ensure(made)
  const numbers = Array.from({ length: mostUnits }, (_, unit) => unit)
  await database
    .table(counters)
    .insert(Array.from({ length: counterCount }, (_, counter) => ({ counter, bits: 0 })))
  await database
    .table(seeds)
    .insert(numbers.flatMap((unit) => [patched(unit), deleted(unit)]).map((seed) => ({ seed, state: 0 })))
}

/** All that the units may have changed. */
export interface State {
  /** Keys of `entries` by unit. */
  readonly entries: ReadonlyMap<number, readonly number[]>
  /** Number of rows of `journal` by unit. */
  readonly lines: ReadonlyMap<number, number>
  readonly bits: ReadonlyMap<number, number>
  readonly seeds: ReadonlyMap<number, number>
  readonly tables: ReadonlySet<string>
}

export async function readState(verbs: Verbs): Promise<State> {
  const lines = await verbs.table(journal).all()
  return {
    entries: keysByUnit(await verbs.table(entries).all()),
    lines: countByUnit(lines.map(({ lineUnit }) => lineUnit)),
    bits: new Map((await verbs.table(counters).all()).map(({ counter, bits }) => [counter, bits])),
    seeds: new Map((await verbs.table(seeds).all()).map(({ seed, state }) => [seed, state])),
    tables: new Set((await verbs.tables()).map(({ name }) => name)),
  }
}

export function keysByUnit(
  rows: readonly { readonly entry: number; readonly entryUnit: number }[],
): Map<number, number[]> {
  const groups = Map.groupBy(rows, ({ entryUnit }) => entryUnit)
  return new Map([...groups].map(([unit, group]) => [unit, group.map(({ entry }) => entry)]))
}

function countByUnit(units: readonly number[]): Map<number, number> {
  return new Map([...Map.groupBy(units, (unit) => unit)].map(([unit, group]) => [unit, group.length]))
}

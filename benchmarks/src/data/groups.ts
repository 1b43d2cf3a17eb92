import { double, integer, table, text, type RowOf } from '@holdfast/core'
import type { Amount, Dataset } from './dataset.ts'
import { Random } from './random.ts'

/** db-benchmark's table for group-by questions, with a key. Without nulls it holds none, but is the same table. */
export const groups = table('groups', {
  id: integer().primaryKey(),
  id1: text().nullable(),
  id2: text().nullable(),
  id3: text().nullable(),
  id4: integer().nullable(),
  id5: integer().nullable(),
  id6: integer().nullable(),
  v1: integer().nullable(),
  v2: integer().nullable(),
  v3: double().nullable(),
})

/** db-benchmark's K: how many different values the small groups have. */
export const groupFactor = 100

/** Sums of multiples of 1/1024 are exact in every order of addition. */
const parts = 1024

export type Grouped = RowOf<typeof groups>

export const columnNames = ['id', 'id1', 'id2', 'id3', 'id4', 'id5', 'id6', 'v1', 'v2', 'v3'] as const

const groupsWith = (name: string, nulls: number): Dataset => ({
  name,
  tables: [{ table: groups, rows: (amount) => firstGroups(amount.rows, amount, nulls) }],
})

/** The first rows of a table of so many. */
export function* firstGroups(
  count: number,
  { rows, seed }: Amount,
  nulls = 0,
): Generator<Grouped, void, void> {
  const random = new Random(seed, 'groups')
  const large = Math.max(1, Math.floor(rows / groupFactor))
  const label = (length: number, values: number) =>
    `id${String(1 + random.below(values)).padStart(length, '0')}`
  const unlessNull = <Value>(value: Value) => (random.percent(nulls) ? null : value)
  for (let id = 0; id < count; id++) {
    yield {
      id,
      id1: unlessNull(label(3, groupFactor)),
      id2: unlessNull(label(3, groupFactor)),
      id3: unlessNull(label(10, large)),
      id4: unlessNull(1 + random.below(groupFactor)),
      id5: unlessNull(1 + random.below(groupFactor)),
      id6: unlessNull(1 + random.below(large)),
      v1: unlessNull(1 + random.below(5)),
      v2: unlessNull(1 + random.below(15)),
      v3: unlessNull(random.below(100 * parts) / parts),
    }
  }
}

export const dataset = groupsWith('groups', 0)
export const datasetWithNulls = groupsWith('groups-nulls', 5)

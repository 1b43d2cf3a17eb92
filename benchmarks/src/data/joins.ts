import { double, integer, table, text } from '@holdfast/core'
import type { Dataset } from './dataset.ts'
import { Random } from './random.ts'

/** db-benchmark's table x, with a key of its own: a small, a medium and a large id, the same as text, and a number. */
export const facts = table('facts', {
  id: integer().primaryKey(),
  id1: integer().nullable(),
  id2: integer().nullable(),
  id3: integer().nullable(),
  id4: text().nullable(),
  id5: text().nullable(),
  id6: text().nullable(),
  v1: double().nullable(),
})

/** Its right sides have rows / 1e6, rows / 1e3 and as many rows as x; here never less than 10. */
export const small = table('small', {
  small_id: integer().primaryKey(),
  small_name: text(),
  small_v2: double().nullable(),
})

export const medium = table('medium', {
  medium_id: integer().primaryKey(),
  medium_group: integer(),
  medium_name: text(),
  medium_v2: double().nullable(),
})

export const big = table('big', {
  big_id: integer().primaryKey(),
  big_group: integer(),
  big_name: text(),
  big_v2: double().nullable(),
})

export const smallRows = (rows: number) => Math.max(10, Math.floor(rows / 1e6))
export const mediumRows = (rows: number) => Math.max(10, Math.floor(rows / 1e3))

/** Of 10 ids 9 are on both sides, as in db-benchmark. */
const range = (rows: number) => Math.ceil(rows / 0.9)

const parts = 1024
const name = (id: number) => `id${id}`

const joinsWith = (dataset: string, nulls: number): Dataset => {
  const tools = (seed: number, purpose: string) => {
    const random = new Random(seed, purpose)
    const unlessNull = <Value>(value: Value) => (random.percent(nulls) ? null : value)
    return { random, unlessNull, amount: () => unlessNull(random.below(100 * parts) / parts) }
  }
  return {
    name: dataset,
    tables: [
      {
        table: facts,
        *rows({ rows, seed }) {
          const { random, unlessNull, amount } = tools(seed, 'facts')
          for (let id = 0; id < rows; id++) {
            const [id1, id2, id3] = [smallRows(rows), mediumRows(rows), rows].map(
              (count) => 1 + random.below(range(count)),
            ) as [number, number, number]
            yield {
              id,
              id1: unlessNull(id1),
              id2: unlessNull(id2),
              id3: unlessNull(id3),
              id4: unlessNull(name(id1)),
              id5: unlessNull(name(id2)),
              id6: unlessNull(name(id3)),
              v1: amount(),
            }
          }
        },
      },
      {
        table: small,
        *rows({ rows, seed }) {
          const { amount } = tools(seed, 'small')
          for (let id = 1; id <= smallRows(rows); id++)
            yield { small_id: id, small_name: name(id), small_v2: amount() }
        },
      },
      {
        table: medium,
        *rows({ rows, seed }) {
          const { random, amount } = tools(seed, 'medium')
          for (let id = 1; id <= mediumRows(rows); id++) {
            const medium_group = 1 + random.below(smallRows(rows))
            yield { medium_id: id, medium_group, medium_name: name(id), medium_v2: amount() }
          }
        },
      },
      {
        table: big,
        *rows({ rows, seed }) {
          const { random, amount } = tools(seed, 'big')
          for (let id = 1; id <= rows; id++) {
            const big_group = 1 + random.below(mediumRows(rows))
            yield { big_id: id, big_group, big_name: name(id), big_v2: amount() }
          }
        },
      },
    ],
  }
}

export const dataset = joinsWith('joins', 0)
export const datasetWithNulls = joinsWith('joins-nulls', 5)

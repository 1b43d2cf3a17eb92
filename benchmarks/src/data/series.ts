import { double, integer, table, timestamp } from '@holdfast/core'
import type { Dataset } from './dataset.ts'
import { Random } from './random.ts'

/** What sensors tell, about every ten minutes each; some tellings are lost, and some hold no value. */
export const readings = table(
  'readings',
  {
    id: integer().primaryKey(),
    sensor: integer(),
    taken: timestamp(),
    value: double().nullable(),
  },
  { indexes: [{ columns: ['sensor', 'taken'] }] },
)

/** Each tells about a thousand times, which takes a week and a bit. */
export const sensorsOf = (rows: number) => Math.max(10, Math.floor(rows / 1000))

const start = Date.UTC(2026, 0, 1)
const interval = 10 * 60 * 1000
const parts = 1024

export const dataset: Dataset = {
  name: 'series',
  tables: [
    {
      table: readings,
      *rows({ rows, seed }) {
        const random = new Random(seed, 'series')
        const sensors = sensorsOf(rows)
        const taken = Array.from({ length: sensors }, () => start + random.below(interval))
        const level = Array.from({ length: sensors }, () => 20 * parts)
        for (let id = 0; id < rows; id++) {
          const sensor = id % sensors
          const lost = random.percent(3) ? 1 + random.below(12) : 0
          taken[sensor] = taken[sensor]! + interval * (1 + lost) + random.below(2000)
          level[sensor] = level[sensor]! + random.below(201) - 100
          const value = random.percent(2) ? null : level[sensor] / parts
          yield { id, sensor, taken: new Date(taken[sensor]), value }
        }
      },
    },
  ],
}

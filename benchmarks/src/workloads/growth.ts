import type { Limits } from '../contract/workload.ts'

const megabytes = (count: number) => (count * 1e6) / 2 ** 20

/** What a stream of a whole table may add to what the process holds, however many rows it has. */
export const growthOfStream: Limits = {
  growth: { sqlite: megabytes(50), duckdb: megabytes(80), postgres: megabytes(50) },
}

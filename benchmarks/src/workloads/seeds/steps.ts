import type { Step } from '../../contract/workload.ts'
import { salesFrom, type Sale } from '../../data/sales.ts'
import type { Beside, BesideAnswer, SeedsSession } from './session.ts'

type SeedsStep = Step<SeedsSession>

const written = 100_000
/** Few reads: where one thread does everything, each of them waits for an aggregate. */
const readers = { single: 6, aggregating: 2, reads: 25 }
const batchLength = 1000

const groups = (session: SeedsSession, answer: unknown) =>
  (answer as object[]).map((row) => session.group?.(row) ?? row)

export const steps: readonly SeedsStep[] = [
  {
    name: 'load',
    title: 'load the CSV file',
    start: 'empty',
    run: (session) => session.load(session.csv!),
    content: (session) => session.all(),
    restore: (session) => session.remove(0),
    targets: { file: 1.15, sqlite: 1.15, duckdb: 1.15, postgres: 1.15 },
    claims: { sqlite: 15, duckdb: 8, postgres: 20 },
  },
  {
    name: 'aggregate',
    title: 'aggregate by category',
    start: 'loaded',
    run: (session) => session.aggregate(),
    plain: groups,
    targets: { sqlite: 1.05, duckdb: 1.05, postgres: 1.05 },
    claims: { sqlite: 2.5, duckdb: 0.3, postgres: 1.2 },
  },
  {
    name: 'join',
    title: 'join of two tables, grouped',
    start: 'loaded',
    run: (session) => session.join(),
    plain: groups,
    targets: { sqlite: 1.05, duckdb: 1.05, postgres: 1.05 },
    claims: { sqlite: 5, duckdb: 1, postgres: 3 },
  },
  {
    name: 'write',
    title: 'write 100,000 rows, durable',
    start: 'empty',
    prepare: ({ rows, seed }): Sale[] => salesFrom(0, written, rows, seed),
    run: (session, { given }) => session.write(given as Sale[]),
    content: (session) => session.all(),
    restore: (session) => session.remove(0),
    targets: { sqlite: 1.15, duckdb: 1.15, postgres: 1.15 },
    claims: { sqlite: 3, duckdb: 5, postgres: 2 },
  },
  {
    name: 'beside',
    title: '6 readers of single rows beside 2 that aggregate and a writer',
    start: 'loaded',
    operations: () => readers.single * readers.reads,
    prepare: ({ rows, seed, took }): Beside => ({
      readers: Array.from({ length: readers.single }, (_, reader) =>
        Array.from(
          { length: readers.reads },
          (_, index) => ((index * readers.single + reader) * 7919) % rows,
        ),
      ),
      aggregators: readers.aggregating,
      batch: (number) => salesFrom(rows + number * batchLength, batchLength, rows, seed),
      took,
    }),
    run: (session, { given }) => session.beside(given as Beside),
    plain(session, answer) {
      const { found, counted } = answer as BesideAnswer
      // Batches are there whole or not at all.
      const whole = (count: number) => count % batchLength === counted[0]! % batchLength
      return {
        found: found.map((rows) => rows.map((row) => session.sale(row))),
        whole: counted.every(whole),
      }
    },
    restore: (session, { rows }) => session.remove(rows),
    // 0.8 of the reads in the same time.
    targets: { sqlite: 1.25, duckdb: 1.25, postgres: 1.25 },
    limits: { longestHold: { file: 20, sqlite: 20, duckdb: 20, postgres: 20 } },
  },
]

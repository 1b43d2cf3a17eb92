import type { EngineName } from '../../contract/arm.ts'
import type { Job, Limits, Step } from '../../contract/workload.ts'
import { ordersFrom, type Order } from '../../data/orders.ts'
import { dealt } from '../../data/parts.ts'
import { growthOfStream } from '../growth.ts'
import type { OverheadSession } from './session.ts'

type OverheadStep = Step<OverheadSession>
type Targets = Partial<Readonly<Record<EngineName, number>>>

const reads = 256
const lists = 4
const listLength = 1000
const windows = 10
const windowLength = 1000
const inserts = 128
const updates = 128
const batchLength = 1000

/** Ids far from each other; all different as long as there are so many. */
const scattered = (count: number, step: number, rows: number) =>
  Array.from({ length: count }, (_, index) => (index * step) % rows)

/** Orders that are not there yet. */
const newOrders = ({ rows, seed }: Job, count: number) => ordersFrom(rows, count, seed)

/** Another one in each run: writing what is there already may cost nothing. */
const quantityOf = ({ run }: Job) => 10 + run

const sameOrders = (session: OverheadSession, answer: unknown) =>
  (answer as unknown[]).map((row) => session.order(row))

const sameLists = (session: OverheadSession, answer: unknown) =>
  (answer as unknown[][]).map((rows) => sameOrders(session, rows))

/** Lists of ids, no id twice in one of them. */
const listsOf = (rows: number) =>
  Array.from({ length: lists }, (_, list) =>
    scattered(Math.min(listLength, rows), 7919, rows).map((id) => (id + list) % rows),
  )

const byId = (rows: readonly Order[]) => rows.toSorted((left, right) => left.id - right.id)

interface Reading {
  readonly name: string
  readonly title: string
  readonly operations?: number
  readonly targets: Targets
  readonly limits?: Limits
  readonly given?: (job: Job) => unknown
  readonly run: (session: OverheadSession, given: never) => unknown
  readonly plain?: (session: OverheadSession, answer: unknown) => unknown
  readonly uses?: readonly string[]
}

/** A step that changes nothing. */
function reading({ given, run, operations = 1, ...step }: Reading): OverheadStep {
  return {
    start: 'loaded',
    ...step,
    operations: () => operations,
    ...(given !== undefined && { prepare: given }),
    run: (session, job) => run(session, job.given as never),
  }
}

interface Inserting {
  readonly name: string
  readonly title: string
  readonly operations?: number
  readonly targets: Targets
  readonly start?: OverheadStep['start']
  readonly given: (job: Job) => unknown
  readonly run: (session: OverheadSession, given: never) => unknown
  readonly uses?: readonly string[]
}

/** A step that inserts orders, which are taken away again. */
function inserting({ given, run, operations = 1, start = 'loaded', ...step }: Inserting): OverheadStep {
  return {
    ...step,
    start,
    operations: () => operations,
    prepare: given,
    run: (session, job) => run(session, job.given as never),
    content: (session) => session.all(),
    restore: (session, { rows }) => session.remove(start === 'loaded' ? rows : 0),
  }
}

function insertingByCallers(callers: number, targets: Targets): OverheadStep {
  return inserting({
    name: `inserts-${callers}-at-once`,
    title: `inserts, autocommit, ${callers === 1 ? 'one caller' : `${callers} callers at once`}`,
    operations: inserts,
    targets,
    given: (job) => dealt(newOrders(job, inserts), callers),
    uses: ['insertByCallers', 'insertEach'],
    run: (session, orders: Order[][]) => session.insertByCallers(orders),
  })
}

interface Updating {
  readonly name: string
  readonly title: string
  readonly targets: Targets
  readonly given: (ids: readonly number[]) => unknown
  readonly run: (session: OverheadSession, given: never, quantity: number) => unknown
  readonly uses?: readonly string[]
}

/** A step that gives orders another quantity. */
function updating({ given, run, ...step }: Updating): OverheadStep {
  return {
    start: 'loaded',
    ...step,
    operations: () => updates,
    prepare: ({ rows }) => given(scattered(updates, 199, rows)),
    run: (session, job) => run(session, job.given as never, quantityOf(job)),
    content: (session) => session.all(),
    varies: true,
  }
}

/** One caller. */
export const verbs: readonly OverheadStep[] = [
  reading({
    name: 'point-read',
    title: 'point read by key',
    operations: reads,
    targets: { sqlite: 1.1, duckdb: 1.15, postgres: 0.6 },
    given: ({ rows }) => scattered(reads, 7919, rows),
    run: (session, ids: number[]) => session.readEach(ids),
    plain: sameOrders,
  }),
  reading({
    name: 'many-keys',
    title: '1,000 keys by one list',
    operations: lists,
    targets: { sqlite: 0.8, duckdb: 1.15, postgres: 0.6 },
    given: ({ rows }) => listsOf(rows),
    run: (session, ids: number[][]) => session.readLists(ids),
    plain: (session, answer) => sameLists(session, answer).map(byId),
  }),
  inserting({
    name: 'insert',
    title: 'insert, autocommit',
    operations: inserts,
    targets: { sqlite: 1.1, duckdb: 1.15, postgres: 0.95 },
    given: (job) => newOrders(job, inserts),
    run: (session, orders: Order[]) => session.insertEach(orders),
  }),
  updating({
    name: 'update',
    title: 'update by key',
    targets: { sqlite: 1.1, duckdb: 1.15, postgres: 0.8 },
    given: (ids) => ids,
    run: (session, ids: number[], quantity) => session.updateEach(ids, quantity),
  }),
  inserting({
    name: 'batch',
    title: '1,000 rows in one transaction',
    targets: { sqlite: 0.95, duckdb: 1.15, postgres: 0.5 },
    given: (job) => newOrders(job, batchLength),
    run: (session, orders: Order[]) => session.insertAll(orders),
  }),
  inserting({
    name: 'bulk',
    title: 'all rows into the empty table, from an array',
    start: 'empty',
    targets: { sqlite: 0.65, duckdb: 1.25, postgres: 0.2 },
    given: ({ rows, seed }) => ordersFrom(0, rows, seed),
    run: (session, orders: Order[]) => session.insertAll(orders),
  }),
  reading({
    name: 'filter',
    title: 'filter that returns 1,000 rows as objects',
    operations: windows,
    targets: { sqlite: 1.05, duckdb: 1.15, postgres: 1.05 },
    given: ({ rows }) => scattered(windows, windowLength, rows),
    run: (session, starts: number[]) => session.readWindows(starts, windowLength),
    plain: sameLists,
  }),
  reading({
    name: 'group-by',
    title: 'group-by aggregate over the table',
    targets: { sqlite: 1.05, duckdb: 1.1, postgres: 1.05 },
    run: (session) => session.groupByCategory(),
    plain: (session, answer) => (answer as object[]).map((row) => session.group?.(row) ?? row),
  }),
  reading({
    name: 'stream',
    title: 'stream of all rows as objects',
    targets: { sqlite: 0.9, duckdb: 0.6, postgres: 0.35 },
    limits: growthOfStream,
    run: (session) => session.stream(),
  }),
]

/** Callers who work side by side, and one alone who is to pay nothing for it. */
export const verbsOfCallers: readonly OverheadStep[] = [
  reading({
    name: 'point-reads-64-at-once',
    title: 'point reads, 64 callers at once',
    operations: reads,
    targets: { sqlite: 0.43, postgres: 0.3 },
    given: ({ rows }) => dealt(scattered(reads, 7919, rows), 64),
    uses: ['readByCallers', 'readEach'],
    run: (session, callers: number[][]) => session.readByCallers(callers),
    plain: sameLists,
  }),
  insertingByCallers(1, { sqlite: 1.05, duckdb: 1.05, postgres: 1.05 }),
  insertingByCallers(8, {}),
  insertingByCallers(64, { sqlite: 0.325, postgres: 0.039 }),
  updating({
    name: 'updates-64-at-once',
    title: 'updates by key, 64 callers at once',
    targets: {},
    given: (ids) => dealt(ids, 64),
    uses: ['updateByCallers', 'updateEach'],
    run: (session, ids: number[][], quantity) => session.updateByCallers(ids, quantity),
  }),
]

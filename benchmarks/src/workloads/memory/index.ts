import { enginesWith } from '../../backends/index.ts'
import type { Step, Workload } from '../../contract/workload.ts'
import { customerCount, salesFrom, type Sale } from '../../data/sales.ts'
import { columns } from './arms/columns.ts'
import { holdfastArm } from './arms/holdfast.ts'
import { map } from './arms/map.ts'
import { peers } from './arms/peers.ts'
import type { MemorySession } from './session.ts'

const inserted = 100_000
const reads = 10_000

const sameSales = (session: MemorySession, answer: unknown) =>
  (answer as unknown[]).map((row) => session.sale?.(row) ?? row)

const steps: readonly Step<MemorySession>[] = [
  {
    name: 'insert',
    title: 'insert 100,000 rows',
    start: 'empty',
    prepare: ({ rows, seed }): Sale[] => salesFrom(0, inserted, rows, seed),
    run: (session, { given }) => session.insert(given as Sale[]),
    content: (session) => session.all(),
    restore: (session) => session.remove(0),
    targets: { memory: 1.5 },
  },
  {
    name: 'get',
    title: 'get by key',
    start: 'loaded',
    operations: () => reads,
    prepare: ({ rows }): number[] => Array.from({ length: reads }, (_, index) => (index * 7919) % rows),
    run: (session, { given }) => session.getEach(given as number[]),
    plain: sameSales,
    targets: { memory: 1.5 },
    against: { memory: 'Map of objects' },
  },
  {
    name: 'filter',
    title: 'filter that keeps 1 %',
    start: 'loaded',
    prepare: ({ rows }): number => Math.max(1, Math.round(customerCount(rows) / 100)),
    run: (session, { given }) => session.filter(given as number),
    plain: sameSales,
    targets: { memory: 1.2 },
  },
  {
    name: 'group-by',
    title: 'group-by aggregate over the table',
    start: 'loaded',
    run: (session) => session.groupByCategory(),
    // Some libraries keep a running mean, whose last digits differ.
    digits: 12,
    targets: { memory: 2 },
  },
  {
    name: 'top',
    title: 'order and limit 10',
    start: 'loaded',
    run: (session) => session.top(),
    plain: sameSales,
    targets: { memory: 1.5 },
  },
  {
    name: 'resident',
    title: 'what the loaded table holds: its peak memory',
    start: 'loaded',
    run: (session) => session.count(),
  },
]

const memory = enginesWith({ synchronous: 'normal' }).filter(({ name }) => name === 'memory')

export const workload: Workload<MemorySession> = {
  name: 'memory',
  title: 'tables in memory',
  description: `Sales of eight columns, held in memory by the process: by Holdfast's own engine, by libraries that keep tables
in memory, by a Map of objects, and in typed arrays written by hand for exactly this table. What is returned may be changed by
who asked for it, without a change to what is kept.`,
  rows: { quick: 100_000, full: [100_000, 1_000_000] },
  steps,
  arms: [...memory.map(holdfastArm), columns, map, ...peers],
  holdfast: holdfastArm,
}

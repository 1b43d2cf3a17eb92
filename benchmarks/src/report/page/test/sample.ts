import type { CellRecord, EngineRecord } from '../../../contract/record.ts'
import type { ReportWorkload } from '../../data.ts'
import type { Kind } from '../../figures/table.ts'

/** Records as the harness leaves them: 4 engines, 3 workloads, 20 steps, peers, cells without a figure, 3 days of SQLite. */
export interface Sample {
  readonly records: readonly EngineRecord[]
  readonly workloads: readonly ReportWorkload[]
}

interface SampleStep {
  readonly name: string
  readonly title: string
  /** Milliseconds of a run of the bare driver. */
  readonly base: number
  readonly operations?: number
  readonly rows: readonly number[]
}

const seeds: readonly SampleStep[] = [
  { name: 'load', title: 'Load a CSV file', base: 1100, rows: [100_000, 1_000_000] },
  { name: 'aggregate', title: 'Aggregate by category', base: 230, rows: [100_000, 1_000_000] },
  { name: 'join', title: 'Join of two tables, grouped', base: 580, rows: [100_000, 1_000_000] },
  { name: 'write', title: 'Write 100,000 rows, durable', base: 80, rows: [1_000_000] },
  { name: 'readers', title: '8 readers beside a writer', base: 900, operations: 100_000, rows: [1_000_000] },
]
const verbs: readonly SampleStep[] = [
  'Point read by key',
  'Point reads, 64 at once',
  'Many keys (1,000) by one list',
  'Insert, each its own commit',
  'Inserts, 64 at once',
  'Update by key',
  'Batch of 1,000 rows in one transaction',
  'Filter that returns 1,000 rows as objects',
].map((title, index) => ({
  name: `verb-${index}`,
  title,
  base: 4 + index * 7,
  operations: index === 2 || index > 5 ? 10 : 2000,
  rows: [100_000],
}))
const groups: readonly SampleStep[] = [1, 2, 3, 4, 5, 6, 7].map((question) => ({
  name: `q${question}`,
  title: `q${question}: ${['sum by id1', 'sum by id1 and id2', 'sum and mean by id3', 'mean by id4', 'sum by id6', 'median and deviation', 'largest two by id6'][question - 1] ?? ''}`,
  base: 12 * question ** 2,
  rows: [100_000],
}))

const plans = [
  { name: 'seeds', title: 'The table of what it replaces', steps: seeds },
  { name: 'overhead', title: 'Overhead of each verb', steps: verbs },
  { name: 'group-by', title: 'Group by, questions of db-benchmark', steps: groups },
]

const workloads: readonly ReportWorkload[] = plans.map(({ name, title, steps }) => ({
  name,
  title,
  description: `What people ask first: ${title.toLowerCase()}, on data from the seeded generator, every answer compared.`,
  steps: steps.map((step) => ({
    name: step.name,
    title: step.title,
    targets: { sqlite: 1.1, duckdb: 1.15, postgres: 0.6 },
    limits: { growth: { sqlite: 47.7 }, longestHold: { sqlite: 20 } },
    ...(name === 'seeds' && {
      claimedRows: 1_000_000,
      claims: { sqlite: step.base / 80, duckdb: 1, postgres: 3 },
    }),
  })),
}))

type SampleArm = readonly [name: string, kind: Kind, factor: number]
const engines: Readonly<Record<string, { readonly factor: number; readonly arms: readonly SampleArm[] }>> = {
  memory: {
    factor: 0.3,
    arms: [
      ['holdfast', 'holdfast', 1.3],
      ['Map', 'peer', 1],
      ['lokijs', 'peer', 11],
      ['alasql', 'peer', 30],
    ],
  },
  sqlite: {
    factor: 1,
    arms: [
      ['holdfast', 'holdfast', 1.04],
      ['better-sqlite3', 'bare', 1],
      ['drizzle-orm', 'peer', 1.6],
      ['kysely', 'peer', 2.1],
      ['typeorm', 'peer', 7.5],
    ],
  },
  duckdb: {
    factor: 0.2,
    arms: [
      ['holdfast', 'holdfast', 1.1],
      ['@duckdb/node-api', 'bare', 1],
    ],
  },
  postgres: {
    factor: 2,
    arms: [
      ['holdfast', 'holdfast', 0.55],
      ['pg', 'bare', 1],
      ['drizzle-orm', 'peer', 1.3],
      ['knex', 'peer', 2.4],
    ],
  },
}

/** @param most steps of each workload that are kept, for those to whom a page of all is too slow */
export function sample(most = Infinity): Sample {
  const kept = (workload: string, step: string) =>
    (workloads.find(({ name }) => name === workload)?.steps ?? []).findIndex(({ name }) => name === step) <
    most
  const days: readonly (readonly [engine: string, date: string])[] = [
    ['sqlite', '2026-03-01T08:12:45Z'],
    ['sqlite', '2026-03-08T08:10:02Z'],
    ...Object.keys(engines).map((engine) => [engine, '2026-03-15T08:11:30Z'] as const),
  ]
  const random = randomFrom(7)
  return {
    workloads,
    records: days.map(([engine, date]) => {
      const record = recordOf(engine, date, random)
      const cells = Object.entries(record.cells).filter(([key]) => {
        const [workload = '', step = ''] = key.split('/')
        return kept(workload, step)
      })
      const keys = new Set(cells.map(([key]) => key))
      const reasons = Object.entries(record.reasons).filter(([cell]) =>
        keys.has(cell.split('/').slice(0, 3).join('/')),
      )
      return { ...record, cells: Object.fromEntries(cells), reasons: Object.fromEntries(reasons) }
    }),
  }
}

function recordOf(engine: string, date: string, random: () => number): EngineRecord {
  const { factor, arms } = engines[engine] ?? { factor: 1, arms: [] }
  const reasons: Record<string, string> = {}
  const cells: Record<string, Record<string, CellRecord | null>> = {}
  for (const { name: workload, steps } of plans)
    for (const step of steps)
      for (const rows of step.rows) {
        const key = `${workload}/${step.name}/${rows}`
        const bare = step.base * factor * (0.8 + 0.4 * random()) * (rows / Math.max(...step.rows))
        cells[key] = Object.fromEntries(
          arms
            .filter(([, kind]) => kind !== 'peer' || workload !== 'group-by' || random() < 0.8)
            .map(([arm, kind, slower]) => {
              const reason = random() < 0.15 && kind === 'peer' ? reasonOf(random) : undefined
              if (reason) reasons[`${key}/${arm}`] = reason
              const total = bare * (kind === 'bare' ? 1 : slower * (0.8 + 0.5 * random()))
              const ratio = arms.some(([, other]) => other === 'bare') ? total / bare : undefined
              return [arm, reason ? null : cellOf(step, arm, engine, total, ratio, random)]
            }),
        )
      }
  return {
    format: 1,
    engine,
    versions: {
      '@holdfast/core': '0.1.0',
      [`@holdfast/${engine}`]: '0.1.0',
      [arms[1]?.[0] ?? 'none']: '13.2.0',
    },
    date,
    commit: 'e622590a5d0c4b7f9a31',
    machine: {
      id: 'small-2c-a1b2',
      cpu: 'Example Processor 9 @ 2.60GHz',
      cores: 2,
      memoryGiB: 8,
      node: '24.21.0',
      os: 'linux 6.1 x64',
      load: [0.4, 1.9],
    },
    seed: 42,
    kinds: Object.fromEntries(arms.map(([arm, kind]) => [arm, kind])),
    settings: Object.fromEntries(arms.map(([arm]) => [arm, 'WAL, synchronous NORMAL, cache 64 MiB'])),
    cells,
    reasons,
  }
}

const REASONS = [
  'wrong answer: row 17 of 100 differs from the evaluator’s, { "total": "12.50" } instead of { "total": "12.51" }',
  'timed out after 120 s in hot run 3',
  'knex has no way to say a left join with a condition on a range without raw SQL',
]
const reasonOf = (random: () => number) => REASONS[Math.floor(random() * REASONS.length)] ?? 'failed'

function cellOf(
  step: SampleStep,
  arm: string,
  engine: string,
  total: number,
  ratio: number | undefined,
  random: () => number,
): CellRecord {
  const { operations = 1 } = step
  const one = total / operations
  const hot = Array.from({ length: 10 }, () => one * (0.93 + 0.2 * random() ** 2))
  const sorted = hot.toSorted((left, right) => left - right)
  const median = ((sorted[4] ?? 0) + (sorted[5] ?? 0)) / 2
  return {
    operations,
    cold: one * (1.5 + 2 * random()),
    hot,
    minimum: sorted[0] ?? 0,
    median,
    deviation: median * 0.03,
    processor: median * 1.2,
    latency: { p50: median, p95: median * 1.4, p99: median * (2 + random()), of: operations * 10 },
    ...(ratio !== undefined && { ratio }),
    peakMemory: 90 + 400 * random(),
    // As where the system does not tell.
    ...(engine !== 'duckdb' && { growth: 1 + 60 * random() }),
    longestHold: 40 * random(),
    diskSize: engine === 'memory' ? null : 12 + 80 * random(),
    rowsFetched: arm === 'holdfast' ? Math.round(1000 * random()) : null,
    answer: 'sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
    code: codeOf(step, arm),
    ...(arm === 'holdfast' &&
      engine !== 'memory' && {
        sql: `SELECT "category", count(*) AS "count", sum("amount") AS "total"\nFROM "sales"\nWHERE "amount" > $1\nGROUP BY "category"\nORDER BY "category"`,
        plan: 'aggregate taken\n  filter taken\n    scan sales\n\nHASH_GROUP_BY  100 rows  0.21s\n  SEQ_SCAN sales  1000000 rows  0.11s',
      }),
  }
}

const codeOf = ({ name, title }: SampleStep, arm: string) =>
  arm === 'holdfast'
    ? `async ${name.replaceAll('-', '')}() {\n  return await this.sales\n    .where((row) => row.amount.gt('10.00'))\n    .groupBy('category')\n    .select((row) => ({ count: count(), total: sum(row.amount) }))\n    .orderBy((row) => row.category)\n    .all()\n}`
    : `// ${title}\nasync ${name.replaceAll('-', '')}() {\n  const statement = this.database.prepare(\`SELECT category, count(*) AS count, sum(amount) AS total FROM sales WHERE amount > ? GROUP BY category ORDER BY category\`)\n  const rows = statement.all('10.00') // ${arm}\n  for (const row of rows) {\n    row.count = Number(row.count)\n    row.total = new Decimal(row.total).toFixed(2)\n  }\n  return rows\n}`

/** A generator of numbers from 0 to 1, the same for the same seed (mulberry32). */
function randomFrom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

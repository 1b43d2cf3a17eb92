import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { HoldfastError } from '../backend/errors.js'
import type { Batch } from '../backend/types.js'
import type { Relation } from '../relation/types.js'
import type { StoredRow, TableDefinition } from '../schema/types.js'
import { execute } from './execute.js'
import { Planner } from './planner.js'
import { ArrayEngine } from './test/array-engine.js'
import type { ArrayEngineOptions } from './test/array-engine.js'
import {
  aggregate,
  ascending,
  call,
  column,
  filter,
  integer,
  integers,
  join,
  limit,
  project,
  scan,
  sort,
  text,
  window,
} from './test/build.js'
import { randomRelation } from './test/random-relation.js'
import { items, pairs, randomData } from './test/tables.js'
import type { Data } from './test/tables.js'
import { choices, Tape } from './test/tape.js'
import { inMemory } from './test/work.js'
import type { ExecuteOptions, PlanDatabase } from './types.js'

const itemRows = Array.from({ length: 20 }, (_, index): StoredRow => ({
  id: (index * 7) % 20,
  a: index % 3,
  t: index % 2 === 0 ? 'even' : 'odd',
  d: index / 4,
  m: BigInt(index),
}))
const data: Data = new Map([
  ['items', itemRows],
  ['pairs', [0, 1, 2].map((x): StoredRow => ({ x, y: 'y', v: 2n ** 62n, f: null }))],
  ['loose', []],
])

const exact: ArrayEngineOptions = { takes: () => 'exact' }
const filters: ArrayEngineOptions = {
  takes: ({ node }) => (node === 'filter' || node === 'scan' ? 'exact' : 'no'),
}

function start(relation: Relation, database: PlanDatabase, options: Partial<ExecuteOptions> = {}) {
  const environment = { session: () => database }
  const prepared = new Planner().prepare(relation, environment)
  return execute(prepared, environment, { whole: false, work: inMemory, ...options })
}

async function rowsOf(relation: Relation, database: PlanDatabase): Promise<StoredRow[]> {
  const rows: StoredRow[] = []
  for await (const batch of start(relation, database).batches) rows.push(...batch)
  return rows
}

async function countersOf(relation: Relation, database: PlanDatabase) {
  const { batches, counters } = start(relation, database)
  for await (const _ of batches);
  return counters
}

const anA = call('equal', column('a'), integer(1))
const count = { name: 'n', function: 'count' } as const

describe('the counters of a run', () => {
  test('say what came from the engine and what it did itself', async () => {
    const counted = aggregate(filter(scan(items), anA), {}, count)
    expect(await countersOf(counted, new ArrayEngine(data, exact).database())).toEqual({
      rowsFetched: 1,
      nodes: 3,
      nodesTaken: 3,
      spilledBytes: 0,
    })
    expect(await countersOf(counted, new ArrayEngine(data, filters).database())).toEqual({
      rowsFetched: 7,
      nodes: 3,
      nodesTaken: 2,
      spilledBytes: 0,
    })
    expect(await countersOf(counted, new ArrayEngine(data, exact).database('none'))).toEqual({
      rowsFetched: 20,
      nodes: 3,
      nodesTaken: 0,
      spilledBytes: 0,
    })
  })

  test('a limit over rows that are in order takes no more batches than it needs', async () => {
    const engine = new ArrayEngine(data, { keyOrder: true, rowsPerBatch: 4 })
    const first = limit(filter(scan(items), call('lessThan', column('id'), integer(100))), 5)
    expect((await countersOf(first, engine.database())).rowsFetched).toBe(8)
    expect(engine.open).toBe(0)
  })

  test('a limit that an engine takes lets no other row through', async () => {
    expect(
      (await countersOf(limit(scan(items), 5), new ArrayEngine(data, exact).database())).rowsFetched,
    ).toBe(5)
  })

  test('a limit is not given to an engine whose filter lets too many through', async () => {
    const engine = new ArrayEngine(data, { takes: ({ node }) => (node === 'filter' ? 'superset' : 'exact') })
    const relation = limit(filter(scan(items), anA), 2)
    const rows = await rowsOf(relation, engine.database())
    expect(rows.map(({ id, a }) => [id, a])).toEqual([
      [0 + 7, 1],
      [8, 1],
    ])
    expect((await countersOf(relation, engine.database())).rowsFetched).toBe(20)
  })

  test('keys that a condition states are read and nothing else', async () => {
    const engine = new ArrayEngine(data)
    const byKey = filter(scan(items), call('in', column('id'), integers(3, 99, 3, 5)))
    expect((await countersOf(byKey, engine.database())).rowsFetched).toBe(2)
    expect(engine.scans[0]?.keys).toEqual([[3], [99], [5]])
    const byBoth = filter(
      scan(pairs),
      call('and', call('equal', integer(1), column('x')), call('in', column('y'), textList('y', 'z'))),
    )
    expect(await rowsOf(byBoth, engine.database())).toHaveLength(1)
    expect(engine.scans[1]?.keys).toEqual([
      ['y', 1],
      ['z', 1],
    ])
  })

  test('rows that were read by key are put in order', async () => {
    const engine = new ArrayEngine(data, { keyOrder: true })
    const byKey = filter(scan(items), call('in', column('id'), integers(5, 3, 9)))
    expect((await rowsOf(byKey, engine.database())).map(({ id }) => id)).toEqual([3, 5, 9])
  })

  test('an engine that scans in key order is not trusted to run anything else in it', async () => {
    const takes: ArrayEngineOptions['takes'] = ({ node }) => (node === 'sort' ? 'no' : 'exact')
    const engine = new ArrayEngine(data, { takes, keyOrder: true })
    const rows = await rowsOf(project(scan(items), { i: column('id') }), engine.database())
    expect(rows.map(({ i }) => i)).toEqual(Array.from({ length: 20 }, (_, index) => index))
    expect(engine.scans[0]?.columns).toEqual(['id'])
  })

  test('a constant of another scale is no key', async () => {
    const prices: TableDefinition = {
      name: 'prices',
      columns: [{ name: 'p', type: { name: 'decimal', precision: 6, scale: 2 }, nullable: false }],
      primaryKey: ['p'],
      indexes: [],
      checks: [],
    }
    const engine = new ArrayEngine(new Map([['prices', [{ p: 150n }, { p: 15n }]]]))
    const constant = {
      kind: 'literal',
      type: { name: 'decimal', precision: 6, scale: 1 },
      value: 15n,
    } as const
    const found = await rowsOf(filter(scan(prices), call('equal', column('p'), constant)), engine.database())
    expect(found).toEqual([{ p: 150n }])
    expect(engine.scans[0]?.keys).toBeUndefined()
  })

  test('nothing is asked about no keys', async () => {
    const engine = new ArrayEngine(data)
    expect(
      await rowsOf(filter(scan(items), call('in', column('id'), integers())), engine.database()),
    ).toEqual([])
    expect(engine.scans).toEqual([])
  })

  test('without pushdown keys are not given to the engine either', async () => {
    const engine = new ArrayEngine(data)
    const byKey = filter(scan(items), call('equal', column('id'), integer(3)))
    expect(await rowsOf(byKey, engine.database('none'))).toHaveLength(1)
    expect(engine.scans[0]?.keys).toBeUndefined()
  })
})

function textList(...values: string[]) {
  return { kind: 'list', type: { name: 'text' }, values } as const
}

describe('a run', () => {
  test('asks an engine for nothing before its first batch is asked for', () => {
    const engine = new ArrayEngine(data, filters)
    start(sort(filter(scan(items), anA), ascending('t')), engine.database())
    start(filter(scan(items), anA), engine.database())
    expect([engine.runs, engine.scans, engine.open]).toEqual([[], [], 0])
  })

  test('can be iterated synchronously where the engine can', () => {
    class Synchronous extends ArrayEngine {
      override run(): Iterable<Batch> {
        return [[{ id: 1 }], [{ id: 2 }]]
      }
    }
    const { batches, counters } = start(
      sort(scan(items), ascending('t')),
      new Synchronous(data, exact).database(),
    )
    expect([...(batches as Iterable<Batch>)]).toEqual([[{ id: 1 }], [{ id: 2 }]])
    expect(counters.rowsFetched).toBe(2)
  })

  test('closes what is open when the caller leaves, wherever that is', async () => {
    await fc.assert(
      fc.asyncProperty(choices, fc.nat(4), fc.boolean(), async (numbers, batchesTaken, pushdown) => {
        const tape = new Tape(numbers)
        const engine = new ArrayEngine(randomData(tape), pushdown ? filters : { rowsPerBatch: 1 })
        const { batches } = start(randomRelation(tape), engine.database())
        let taken = 0
        try {
          for await (const _ of batches) if (taken++ >= batchesTaken) break
        } catch (error) {
          expect(error).toMatchObject({ code: 'NUMERIC_OVERFLOW' })
        }
        expect(engine.open).toBe(0)
      }),
    )
  })

  test('closes what is open when an engine fails, and passes its error on', async () => {
    await fc.assert(
      fc.asyncProperty(choices, fc.nat(3), fc.boolean(), async (numbers, after, pushdown) => {
        const tape = new Tape(numbers)
        const engine = new ArrayEngine(randomData(tape), pushdown ? exact : { rowsPerBatch: 2 })
        const error = new HoldfastError('IO', 'the disk is gone')
        engine.failure = { after, error }
        const failed = await rowsOf(randomRelation(tape), engine.database()).then(
          () => undefined,
          (reason: unknown) => reason as HoldfastError,
        )
        if (failed !== undefined && failed.code !== 'NUMERIC_OVERFLOW') expect(failed).toBe(error)
        expect(engine.open).toBe(0)
      }),
    )
  })

  for (const [name, options] of Object.entries({ 'an engine': exact, core: {} })) {
    test(`stops when the caller aborts while ${name} does the work`, async () => {
      const engine = new ArrayEngine(data, { ...options, keyOrder: true })
      const aborting = new AbortController()
      const { batches, counters } = start(scan(items), engine.database(), { signal: aborting.signal })
      const reason = new Error('enough')
      const reading = (async () => {
        for await (const _ of batches) aborting.abort(reason)
      })()
      await expect(reading).rejects.toMatchObject({ code: 'ABORTED', cause: reason })
      expect(engine.open).toBe(0)
      expect(counters.rowsFetched).toBeGreaterThan(0)
    })
  }

  test('does not begin when the caller has aborted already', async () => {
    const engine = new ArrayEngine(data)
    const { batches } = start(sort(scan(items), ascending('t')), engine.database(), {
      signal: AbortSignal.abort(),
    })
    await expect(
      (async () => {
        for await (const _ of batches);
      })(),
    ).rejects.toMatchObject({ code: 'ABORTED' })
    expect(engine.scans).toEqual([])
  })

  test('lets timers have their turn while core works through an engine that never waits', async () => {
    const batch = Array.from({ length: 1000 }, (_, id): StoredRow => ({ id, t: 'x'.repeat(50) }))
    class Endless extends ArrayEngine {
      override *scan(): Generator<Batch> {
        for (;;) yield batch.map((row) => ({ ...row }))
      }
    }
    const counted = aggregate(filter(scan(items), call('contains', column('t'), text('y'))), {}, count)
    const { batches } = start(counted, new Endless(data).database(), { signal: AbortSignal.timeout(50) })
    await expect(
      (async () => {
        for await (const _ of batches);
      })(),
    ).rejects.toMatchObject({ code: 'ABORTED' })
  })
})

describe('when an engine says that an aggregate overflows', () => {
  const overflow = new HoldfastError('NUMERIC_OVERFLOW', 'on the way')
  const sums = aggregate(
    scan(items),
    { t: column('t') },
    { name: 's', function: 'sum', argument: column('m') },
  )
  const expected = [
    { t: 'even', s: 90n },
    { t: 'odd', s: 100n },
  ]

  test('core works it out itself', async () => {
    const engine = new ArrayEngine(data, exact)
    engine.failure = { after: 0, error: overflow }
    await expect(rowsOf(sums, engine.database())).rejects.toBe(overflow)
  })

  test('core has the last word, both ways', async () => {
    class Failing extends ArrayEngine {
      override run(): AsyncIterable<Batch> {
        return { [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(overflow) }) }
      }
    }
    const database = new Failing(data, exact).database()
    expect(await rowsOf(sums, database)).toEqual(expected)
    const real = aggregate(scan(pairs), {}, { name: 's', function: 'sum', argument: column('v') })
    await expect(rowsOf(real, database)).rejects.toMatchObject({ code: 'NUMERIC_OVERFLOW' })
    const fitting = filter(scan(pairs), call('equal', column('x'), integer(1)))
    const one = aggregate(fitting, {}, { name: 's', function: 'sum', argument: column('v') })
    expect(await rowsOf(one, database)).toEqual([{ s: 2n ** 62n }])
  })

  /** Runs everything rightly but fails after one row, which is the first or, where there is no order, the last. */
  function failingLate(takes: (relation: Relation) => 'exact' | 'no', row: 0 | -1 = 0): PlanDatabase {
    class FailingLate extends ArrayEngine {
      override async *run(...asked: Parameters<ArrayEngine['run']>): AsyncGenerator<Batch> {
        for await (const batch of super.run(...asked)) {
          yield [batch.at(row)!]
          throw overflow
        }
      }
    }
    return new FailingLate(data, { takes }).database()
  }

  test('rows in order that were handed on already are not given twice', async () => {
    expect(
      await rowsOf(
        sums,
        failingLate(() => 'exact'),
      ),
    ).toEqual(expected)
    const running = window(scan(items), {
      name: 's',
      function: 'sum',
      argument: column('m'),
      partitionBy: [],
      orderBy: [],
    })
    expect(
      await rowsOf(
        running,
        failingLate(() => 'exact'),
      ),
    ).toHaveLength(20)
  })

  test('rows in no order are not handed on before all are there', async () => {
    const database = failingLate(({ node }) => (node === 'sort' ? 'no' : 'exact'), -1)
    expect(await rowsOf(sums, database)).toEqual(expected)
  })

  test('no other error is taken for one', async () => {
    const engine = new ArrayEngine(data, exact)
    engine.failure = { after: 0, error: new HoldfastError('IO', 'the disk is gone') }
    await expect(rowsOf(sums, engine.database())).rejects.toMatchObject({ code: 'IO' })
  })
})

describe('a join of two databases', () => {
  test('reads from each only what the other side may need', async () => {
    const one = new ArrayEngine(data, filters)
    const two = new ArrayEngine(data)
    const environment = { session: (name: string) => (name === 'one' ? one : two).database() }
    const left = project(scan(items, 'one'), { i: column('id'), a: column('a'), t: column('t') })
    const right = project(scan(pairs, 'two'), { x: column('x'), y: column('y'), v: column('v') })
    const joined = filter(
      join('inner', left, right, call('equal', column('i'), column('x'))),
      call('and', call('equal', column('a'), integer(0)), call('in', column('x'), integers(0, 2))),
    )
    const answer = project(joined, { i: column('i'), y: column('y') })
    const prepared = new Planner().prepare(answer, environment)
    const rows: StoredRow[] = []
    for await (const batch of execute(prepared, environment, { whole: true, work: inMemory }).batches)
      rows.push(...batch)
    expect(rows).toEqual(
      itemRows.filter(({ id, a }) => a === 0 && (id === 0 || id === 2)).map(({ id }) => ({ i: id, y: 'y' })),
    )
    expect(one.runs).toHaveLength(1)
    expect(two.scans[0]?.columns).toEqual(['x', 'y'])
  })
})

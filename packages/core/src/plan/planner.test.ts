import { describe, expect, test } from 'vitest'
import type { Session } from '../backend/types.js'
import { conjunction } from '../evaluate/conditions.js'
import { conjuncts } from '../expression/node.js'
import type { Relation } from '../relation/types.js'
import { describePlan, engineParts } from './describe.js'
import { Planner } from './planner.js'
import { takesExactly } from './takes.js'
import { ArrayEngine } from './test/array-engine.js'
import type { ArrayEngineOptions, Verdict } from './test/array-engine.js'
import { call, column, distinct, filter, integer, join, limit, project, scan } from './test/build.js'
import { items, randomData } from './test/tables.js'
import type { Data } from './test/tables.js'
import { Tape } from './test/tape.js'

const conditions = (count: number): Relation =>
  filter(
    scan(items),
    conjunction(Array.from({ length: count }, (_, index) => call('notEqual', column('a'), integer(index)))),
  )

/** Takes everything, but not more than three conditions at once. */
function fewConditions(relation: Relation): 'exact' | 'no' {
  return relation.node === 'filter' && conjuncts(relation.condition).length > 3 ? 'no' : 'exact'
}

describe('the planner', () => {
  const data = randomData(new Tape([]))
  const exact: ArrayEngineOptions = { takes: () => 'exact' }
  const shaped = (value: number, name = 'a') =>
    filter(scan(items), call('greaterThan', column(name), integer(value)))

  test('gives engines the same relation object for the same shape, and each query its own values', () => {
    const engine = new ArrayEngine(data, exact)
    const environment = { session: () => engine.database() }
    const planner = new Planner()
    const [one, two] = [planner.prepare(shaped(1), environment), planner.prepare(shaped(2), environment)]
    expect(two.plan).toBe(one.plan)
    expect(two.columns).toBe(one.columns)
    expect([one.parameters, two.parameters]).toEqual([[1], [2]])
    expect(engineParts(one.plan)).toHaveLength(1)
    expect(planner.prepare(shaped(1, 'id'), environment).plan).not.toBe(one.plan)
  })

  test('plans anew for another engine, without pushdown, and where a session cannot run', () => {
    const planner = new Planner()
    const engine = new ArrayEngine(data, exact)
    const other = new ArrayEngine(data, exact)
    const session: Session = { scan: (request) => engine.scan(request), write: () => engine.write() }
    const databases = [
      engine.database(),
      other.database(),
      engine.database('none'),
      { ...engine.database(), session },
    ]
    const plans = databases.map((database) => planner.prepare(shaped(1), { session: () => database }).plan)
    expect(new Set(plans).size).toBe(4)
    expect(plans.map(({ nodesTaken }) => nodesTaken)).toEqual([3, 3, 0, 0])
  })

  test('keeps the plans that are used and forgets the others', () => {
    const engine = new ArrayEngine(data, exact).database()
    const planner = new Planner({ cacheSize: 2 })
    const plan = (name: string) =>
      planner.prepare(project(scan(items), { [name]: column('a') }), { session: () => engine }).plan
    const kept = plan('kept')
    const forgotten = plan('forgotten')
    plan('third')
    expect(plan('kept')).toBe(kept)
    plan('fourth')
    expect(plan('kept')).toBe(kept)
    expect(plan('forgotten')).not.toBe(forgotten)
  })

  test('leaves conditions to core that are too many for the engine at once', () => {
    const engine = new ArrayEngine(data, { takes: fewConditions })
    const environment = { session: () => engine.database() }
    const pushed = (count: number) => {
      const [part] = engineParts(new Planner().prepare(conditions(count), environment).plan)
      const { relation: ordered } = part!
      const relation = ordered.node === 'sort' ? ordered.input : ordered
      return relation.node === 'filter' ? conjuncts(relation.condition).length : 0
    }
    expect([1, 2, 3, 4, 7].map(pushed)).toEqual([1, 2, 3, 2, 3])
  })

  test('refuses what does not fit together, with the path, also the second time', () => {
    const environment = { session: () => new ArrayEngine(data, exact).database() }
    const planner = new Planner()
    for (const _ of [1, 2]) {
      expect(() => planner.prepare(shaped(1, 'typo'), environment)).toThrow(
        expect.objectContaining({ code: 'UNKNOWN_COLUMN', path: 'condition.arguments[0]' }),
      )
      expect(() => planner.prepare(shaped(1, 't'), environment)).toThrow(
        expect.objectContaining({ code: 'TYPE_MISMATCH' }),
      )
      expect(() => planner.prepare(limit(shaped(1), -1), environment)).toThrow(
        expect.objectContaining({ code: 'TYPE_MISMATCH' }),
      )
      expect(() => planner.parameterize(shaped(1, 'typo'))).toThrow(
        expect.objectContaining({ code: 'UNKNOWN_COLUMN' }),
      )
    }
  })

  test('parameterizes relations of one shape to one object', () => {
    const planner = new Planner()
    const [one, two] = [planner.parameterize(shaped(1)), planner.parameterize(shaped(2))]
    expect(two.relation).toBe(one.relation)
    expect([one.parameters, two.parameters]).toEqual([[1], [2]])
  })
})

describe('what an engine says of conditions together', () => {
  const data = randomData(new Tape([]))
  /** Says one thing of a single condition, and another of several. */
  const saying = (alone: Verdict, together: Verdict): ArrayEngine =>
    new ArrayEngine(data, {
      takes: (relation) => {
        if (relation.node !== 'filter') return 'exact'
        return conjuncts(relation.condition).length > 1 ? together : alone
      },
    })
  const left = (engine: ArrayEngine, count: number): number => {
    const { plan } = new Planner().prepare(conditions(count), { session: () => engine.database() })
    return engineParts(plan).length === 1 && plan.nodesTaken === plan.nodes ? 0 : count
  }

  test.each<[Verdict, Verdict, boolean]>([
    ['exact', 'exact', true],
    ['superset', 'exact', true],
    ['exact', 'superset', false],
    ['superset', 'superset', false],
    ['no', 'exact', false],
  ])('%s alone and %s together', (alone, together, whole) => {
    const engine = saying(alone, together)
    expect(left(engine, 2) === 0).toBe(whole)
    expect(takesExactly(conditions(2), engine)).toBe(whole)
  })
})

describe('takesExactly', () => {
  test('asks about every node and every condition, once', () => {
    const asked: string[] = []
    const engine = new ArrayEngine(data(), {
      takes: ({ node }) => {
        asked.push(node)
        return node === 'distinct' ? 'no' : 'exact'
      },
    })
    const relation = filter(
      scan(items),
      call('and', call('isNull', column('a')), call('isNull', column('t'))),
    )
    expect(takesExactly(relation, engine)).toBe(true)
    const once = asked.length
    expect(takesExactly(relation, engine)).toBe(true)
    expect(asked).toHaveLength(once)
    expect(takesExactly(distinct(relation), engine)).toBe(false)
    expect(takesExactly(limit(distinct(relation), 1), engine)).toBe(false)
    expect(takesExactly(relation, new ArrayEngine(data()))).toBe(false)
  })

  test('asks about several conditions together as well', () => {
    const engine = new ArrayEngine(data(), { takes: fewConditions })
    expect(takesExactly(conditions(3), engine)).toBe(true)
    expect(takesExactly(conditions(4), engine)).toBe(false)
  })

  test('a superset is not exact', () => {
    const engine = new ArrayEngine(data(), {
      takes: ({ node }) => (node === 'filter' ? 'superset' : 'exact'),
    })
    expect(takesExactly(filter(scan(items), call('isNull', column('a'))), engine)).toBe(false)
  })

  function data(): Data {
    return randomData(new Tape([]))
  }
})

describe('describePlan', () => {
  test('says who does what, as data', () => {
    const engine = new ArrayEngine(new Map(), {
      takes: ({ node }) => (node === 'filter' || node === 'scan' ? 'exact' : 'no'),
    })
    const core = new ArrayEngine(new Map())
    const environment = { session: (name: string) => (name === 'main' ? engine : core).database() }
    const filtered = filter(scan(items), call('isNull', column('a')))
    const one = filter(scan(items, 'other'), call('equal', column('id'), integer(7)))
    const joined = join(
      'left',
      project(filtered, { i: column('id') }),
      project(one, { o: column('id') }),
      call('equal', column('i'), column('o')),
    )
    const { plan } = new Planner().prepare(limit(joined, 3), environment)
    const described = describePlan(plan)
    expect(described).toEqual(JSON.parse(JSON.stringify(described)))
    expect(described).toMatchObject({
      by: 'core',
      node: { node: 'limit', offset: 0, count: { kind: 'parameter', index: 1 } },
      inputs: [
        {
          node: { node: 'sort' },
          inputs: [
            {
              node: { node: 'join', kind: 'left' },
              inputs: [
                {
                  node: { node: 'project' },
                  inputs: [
                    {
                      by: 'engine',
                      database: 'main',
                      relation: {
                        node: 'filter',
                        inputs: [{ node: 'scan', table: 'items', database: 'main' }],
                      },
                    },
                  ],
                },
                {
                  node: { node: 'project' },
                  inputs: [{ by: 'scan', database: 'other', table: 'items', columns: ['id'], keys: true }],
                },
              ],
            },
          ],
        },
      ],
    })
    expect(engineParts(plan)).toMatchObject([{ database: 'main', relation: { node: 'filter' } }])
  })
})

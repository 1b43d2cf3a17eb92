import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { evaluate, inputsOf } from '../evaluate/evaluate.js'
import { collect } from '../evaluate/operator.js'
import { columnsOf } from '../relation/columns-of.js'
import type { Relation, WindowColumn } from '../relation/types.js'
import { keysetOf, withTotalOrder } from './order.js'
import { narrowed } from './required.js'
import {
  aggregate,
  ascending,
  call,
  column,
  descending,
  distinct,
  filter,
  integer,
  join,
  limit,
  project,
  scan,
  sort,
  window,
} from './test/build.js'
import { naiveAnswer } from './test/naive.js'
import { randomRelation } from './test/random-relation.js'
import { show } from './test/show.js'
import { items, loose, pairs, randomData } from './test/tables.js'
import { choices, Tape } from './test/tape.js'

const random = choices.map((numbers) => randomRelation(new Tape(numbers)))

function* nodesOf(relation: Relation): Generator<Relation> {
  yield relation
  for (const input of inputsOf(relation)) yield* nodesOf(input)
}

/** Where the order of a node's rows is asked for: at the root, and below limits and projections from there. */
function* misplacedSorts(relation: Relation, ordered: boolean): Generator<Relation> {
  if (relation.node === 'sort' && !ordered) yield relation
  const passes = relation.node === 'limit' || (relation.node === 'project' && ordered)
  for (const input of inputsOf(relation)) yield* misplacedSorts(input, passes)
}

describe('the normal form of any relation', () => {
  test('sorts only where the order is asked for, and puts every limit over a sort or over rows that need none', () => {
    fc.assert(
      fc.property(random, (relation) => {
        const normal = withTotalOrder(relation)
        expect([...misplacedSorts(normal, true)]).toEqual([])
        for (const node of nodesOf(normal)) {
          if (node.node === 'limit' && node.input.node !== 'sort') {
            expect(keysetOf(node.input).terms).toEqual([])
          }
          if (node.node === 'filter') expect(['filter', 'project']).not.toContain(node.input.node)
          if (node.node === 'project') expect(node.input.node).not.toBe('project')
        }
      }),
    )
  })

  test('has the columns of the relation, whether or not it is narrowed', () => {
    fc.assert(
      fc.property(random, (relation) => {
        const normal = withTotalOrder(relation)
        expect([...columnsOf(normal)]).toEqual([...columnsOf(relation)])
        expect([...columnsOf(narrowed(normal))]).toEqual([...columnsOf(relation)])
      }),
    )
  })

  test('is split into rows and terms that sort them to the same answer', async () => {
    await fc.assert(
      fc.asyncProperty(choices, async (numbers) => {
        const tape = new Tape(numbers)
        const data = randomData(tape)
        const relation = randomRelation(tape)
        const { relation: rows, terms } = keysetOf(relation)
        for (const { expression } of terms) expect(expression.kind).toBe('column')
        const names = [...columnsOf(relation).keys()]
        const page = terms.length === 0 ? rows : sort(rows, ...terms)
        const whole = project(page, Object.fromEntries(names.map((name) => [name, column(name)])))
        const copies = ({ table }: { table: { name: string } }) => [
          data.get(table.name)!.map((row) => ({ ...row })),
        ]
        const answer = collect(evaluate(whole, copies)).catch((error: unknown) => error)
        expect(await answer).toEqual(await naiveAnswer(relation, data).catch((error: unknown) => error))
        // What was made once can be made again: a page is a relation like any other.
        expect([...columnsOf(withTotalOrder(page)).keys()]).toEqual([...columnsOf(rows).keys()])
      }),
    )
  })
})

describe('the normal form of', () => {
  const normal = (relation: Relation) => show(narrowed(withTotalOrder(relation)))
  const left = project(scan(items), { i: column('id'), a: column('a') })
  const right = project(scan(pairs), { x: column('x'), y: column('y'), v: column('v') })
  const matching = call('equal', column('i'), column('x'))
  const running: Omit<WindowColumn, 'name' | 'function'> = {
    argument: column('a'),
    partitionBy: [],
    orderBy: [descending('d')],
  }
  const cases: Record<string, readonly [Relation, string]> = {
    'a table': [scan(pairs), 'sort[y, x](pairs)'],
    'a table without a key': [scan(loose), 'sort[p, q](loose)'],
    'a sort of a sort': [sort(sort(scan(items), ascending('t')), descending('a')), 'sort[a desc, id](items)'],
    'a sort that names the key': [
      sort(scan(items), descending('id'), ascending('a')),
      'sort[id desc](items)',
    ],
    'a sort that names a part of the key': [sort(scan(pairs), descending('x')), 'sort[x desc, y](pairs)'],
    'a condition on the key': [
      filter(scan(items), call('equal', integer(1), column('id'))),
      'filter[equal(1, id)](items)',
    ],
    'a condition on a part of the key': [
      filter(scan(pairs), call('equal', column('x'), integer(1))),
      'sort[y](filter[equal(x, 1)](pairs))',
    ],
    'filters above and below a select': [
      filter(
        project(filter(scan(items), call('isNull', column('t'))), { b: call('negate', column('a')) }),
        call('isNull', column('b')),
      ),
      'project[negate(a) as b](sort[id](filter[and(isNull(t), isNull(negate(a)))](items)))',
    ],
    'a sort by what was computed': [
      limit(sort(project(scan(items), { b: call('negate', column('a')) }), descending('b')), 2),
      'project[negate(a) as b](limit[0, 2](sort[negate(a) desc, id](items)))',
    ],
    'a limit of a limit': [
      limit(limit(scan(items), 5), 3),
      'limit[0, 3](sort[id](limit[0, 5](sort[id](items))))',
    ],
    'a filter of a limit': [
      filter(limit(sort(scan(items), descending('a')), 5), call('isNull', column('t'))),
      'sort[a desc, id](filter[isNull(t)](limit[0, 5](sort[a desc, id](items))))',
    ],
    groups: [
      filter(
        aggregate(
          project(scan(items), { k: column('t'), b: call('negate', column('a')) }),
          { g: column('k') },
          { name: 'n', function: 'last', argument: column('b'), orderBy: [ascending('b')] },
        ),
        call('isNull', column('n')),
      ),
      'sort[g](filter[isNull(n)](aggregate[t as g; last(negate(a) by negate(a), id) as n](items)))',
    ],
    'one group': [
      limit(aggregate(scan(items), {}, { name: 'n', function: 'count' }), 1),
      'limit[0, 1](aggregate[; count() as n](items))',
    ],
    'a distinct selection': [
      distinct(sort(project(scan(items), { t: column('t'), a: column('a') }), descending('a'))),
      'sort[t, a](distinct(project[t, a](items)))',
    ],
    'a join that finds one row at most': [
      project(join('left', right, left, matching), { v: column('v') }),
      'project[v](sort[y, x](left[equal(i, x)](project[x, y, v](pairs), project[id as i](items))))',
    ],
    'a left join by a constant': [
      join('left', left, right, call('and', matching, call('equal', column('i'), integer(1)))),
      'sort[i, y](left[and(equal(i, x), equal(i, 1))](project[id as i, a](items), project[x, y, v](pairs)))',
    ],
    'an inner join by a constant': [
      join('inner', left, right, call('and', matching, call('equal', column('i'), integer(1)))),
      'sort[y](inner[and(equal(i, x), equal(i, 1))](project[id as i, a](items), project[x, y, v](pairs)))',
    ],
    'a join whose sides hide their keys': [
      join(
        'inner',
        project(scan(items), { a: column('a') }),
        project(scan(loose), { p: column('p') }),
        call('equal', column('a'), column('p')),
      ),
      'project[a, p](sort[$0, $1](inner[equal(a, p)](project[a, id as $0](items), project[p, q as $1](loose))))',
    ],
    'a join that is only counted': [
      aggregate(join('inner', left, right, matching), {}, { name: 'n', function: 'count' }),
      'aggregate[; count() as n](inner[equal(i, x)](project[id as i](items), project[x](pairs)))',
    ],
    windows: [
      window(
        scan(items),
        { ...running, name: 'total', function: 'sum' },
        { ...running, name: 'place', function: 'rank', argument: undefined } as unknown as WindowColumn,
        { ...running, name: 'all', function: 'sum', orderBy: [] },
      ),
      'sort[id](window[sum by d desc, id rows ..0 as total; rank by d desc as place; sum by  as all](items))',
    ],
    'windows over rows that may be alike': [
      window(
        scan(loose),
        { name: 'one', function: 'rowNumber', partitionBy: [], orderBy: [descending('q')] },
        { name: 'two', function: 'rowNumber', partitionBy: [], orderBy: [] },
      ),
      'sort[p, q, one, two](window[rowNumber by p, q, one as two](window[rowNumber by q desc, p as one](loose)))',
    ],
    'a window under the name of a hidden column': [
      window(project(scan(items), { b: column('a') }), {
        name: 'ID',
        function: 'rowNumber',
        partitionBy: [],
        orderBy: [],
      }),
      'project[b, ID](sort[$0](window[rowNumber by $0 as ID](project[a as b, id as $0](items))))',
    ],
  }
  for (const [name, [relation, form]] of Object.entries(cases)) {
    test(name, () => {
      expect(normal(relation)).toBe(form)
    })
  }

  test('a tower of computed columns stays small', () => {
    let tower = project(scan(items), { c: column('a') })
    for (let level = 0; level < 40; level++)
      tower = project(tower, { c: call('add', column('c'), column('c')) })
    const normalForm = withTotalOrder(filter(tower, call('isNull', column('c'))))
    expect(JSON.stringify(normalForm).length).toBeLessThan(50_000)
    expect([...columnsOf(normalForm).keys()]).toEqual(['c'])
  })
})

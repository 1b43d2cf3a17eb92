import type { Expression, Relation } from '@holdfast/core/backend'
import { describe, expect, test } from 'vitest'
import { compile, compileDelete, compileUpdate, sql as fragment, takes, whyNot } from '../src/index.js'
import type { Fragment, Scalar } from '../src/index.js'
import { plain, positional } from './plain-dialect.js'
import {
  aggregate,
  ascending,
  call,
  column,
  descending,
  distinct,
  filter,
  join,
  limit,
  other,
  parameter,
  project,
  scan,
  sort,
  table,
  value,
  window,
} from './relations.js'

function textOf(relation: Relation): string {
  const query = compile(relation, plain)
  if (query === undefined) throw new Error(whyNot(relation, plain))
  return query.sql
}

const id = column('id')
const n = column('n')
const s = column('s')
const positive = call('greaterThan', n, parameter(0))
const rows = { name: 'rows', function: 'count' } as const
const total = { name: 'total', function: 'sum', argument: n } as const
const all = '"t1"."id" AS "id", "t1"."n" AS "n", "t1"."s" AS "s"'

describe('nodes become the clauses of one select', () => {
  test('filter, sort, limit, project', () => {
    const relation = project(limit(sort(filter(scan(), positive), descending(n), ascending(id)), 10, 5), {
      s,
    })
    expect(textOf(relation)).toBe(
      'SELECT "t1"."s" AS "s" FROM "t" AS "t1" WHERE ("t1"."n" > $1) ORDER BY "t1"."n" DESC NULLS LAST, "t1"."id" LIMIT $2 OFFSET $3',
    )
  })

  test('what is computed is put in where it is used', () => {
    const relation = filter(
      project(scan(), { size: call('length', s) }),
      call('equal', column('size'), value(3)),
    )
    expect(textOf(relation)).toBe(
      'SELECT (length("t1"."s")) AS "size" FROM "t" AS "t1" WHERE ((length("t1"."s")) = $1)',
    )
  })

  test('a condition above groups is one of the groups', () => {
    const groups = aggregate(filter(scan(), positive), { s }, rows, total)
    const relation = sort(
      filter(groups, call('greaterThan', column('rows'), value(1))),
      descending(column('total')),
    )
    expect(textOf(relation)).toBe(
      'SELECT "t1"."s" AS "s", (count(*)) AS "rows", (sum("t1"."n")) AS "total" FROM "t" AS "t1" WHERE ("t1"."n" > $1) GROUP BY "t1"."s" HAVING ((count(*)) > $2) ORDER BY "total" DESC NULLS LAST',
    )
  })

  test('inner joins share one from clause', () => {
    const right = filter(scan(other), call('isNull', column('note')))
    const relation = join('inner', filter(scan(), positive), right, call('equal', id, column('key')))
    expect(textOf(relation)).toBe(
      `SELECT ${all}, "t2"."key" AS "key", "t2"."note" AS "note" FROM "t" AS "t1" JOIN "u" AS "t2" ON ("t1"."id" = "t2"."key") WHERE ("t1"."n" > $1) AND ("t2"."note" IS NULL)`,
    )
  })

  test('the conditions of the right side of a left join are part of what matches', () => {
    const right = filter(scan(other), call('isNull', column('note')))
    const relation = project(
      join('left', filter(scan(), positive), right, call('equal', id, column('key'))),
      { id },
    )
    expect(textOf(relation)).toBe(
      'SELECT "t1"."id" AS "id" FROM "t" AS "t1" LEFT JOIN "u" AS "t2" ON ("t1"."id" = "t2"."key") AND ("t2"."note" IS NULL) WHERE ("t1"."n" > $1)',
    )
  })

  test('distinct rows in the order of their columns', () => {
    expect(textOf(sort(distinct(project(scan(), { n })), ascending(n)))).toBe(
      'SELECT DISTINCT "t1"."n" AS "n" FROM "t" AS "t1" ORDER BY "t1"."n" NULLS LAST',
    )
  })
})

describe('a subquery is made only where the order of clauses demands it', () => {
  const first = limit(sort(scan(), ascending(id)), 3)
  const ranked = window(scan(), {
    name: 'rank',
    function: 'rank',
    partitionBy: [s],
    orderBy: [descending(n)],
  })
  const computed = project(scan(other), {
    key: column('key'),
    text: call('coalesce', column('note'), column('note')),
  })

  test.each<[what: string, relation: Relation, sql: string]>([
    [
      'a filter of limited rows keeps their order',
      filter(first, positive),
      `SELECT ${all} FROM (SELECT ${all.replaceAll('t1', 't2')} FROM "t" AS "t2" ORDER BY "t2"."id" LIMIT $1) AS "t1" WHERE ("t1"."n" > $2) ORDER BY "t1"."id"`,
    ],
    [
      'an aggregate of limited rows reads only what it needs',
      aggregate(first, {}, total),
      'SELECT (sum("t1"."n")) AS "total" FROM (SELECT "t2"."n" AS "n" FROM "t" AS "t2" ORDER BY "t2"."id" LIMIT $1) AS "t1"',
    ],
    [
      'a filter of windows',
      project(filter(ranked, call('equal', column('rank'), value(1))), { id }),
      'SELECT "t1"."id" AS "id" FROM (SELECT "t2"."id" AS "id", rank() OVER (PARTITION BY "t2"."s" ORDER BY "t2"."n" DESC NULLS LAST) AS "rank" FROM "t" AS "t2") AS "t1" WHERE ("t1"."rank" = $1)',
    ],
    [
      'a rank of rows in no order, which is 1',
      project(window(scan(), { name: 'rank', function: 'denseRank', partitionBy: [s], orderBy: [] }), {
        rank: column('rank'),
      }),
      'SELECT $1 AS "rank" FROM "t" AS "t1"',
    ],
    [
      'groups of groups',
      aggregate(aggregate(scan(), { s }, rows), { rows: column('rows') }, { ...rows, name: 'groups' }),
      'SELECT "t1"."rows" AS "rows", (count(*)) AS "groups" FROM (SELECT (count(*)) AS "rows" FROM "t" AS "t2" GROUP BY "t2"."s") AS "t1" GROUP BY "t1"."rows"',
    ],
    [
      'a computed column on the right of a left join, which must become null as a whole',
      project(join('left', scan(), computed, call('equal', id, column('key'))), { text: column('text') }),
      'SELECT "t1"."text" AS "text" FROM "t" AS "t2" LEFT JOIN (SELECT "t3"."key" AS "key", (coalesce("t3"."note", "t3"."note")) AS "text" FROM "u" AS "t3") AS "t1" ON ("t2"."id" = "t1"."key")',
    ],
    [
      'an aggregate that nothing reads still makes one row',
      project(aggregate(scan(), {}, total), { one: value(1) }),
      'SELECT $1 AS "one" FROM (SELECT count(*) AS "rows" FROM "t" AS "t1") AS "t2"',
    ],
  ])('%s', (_, relation, sql) => {
    // Names of sources are given as they are met: only that they agree matters.
    expect(renamed(textOf(relation))).toBe(renamed(sql))
  })

  function renamed(sql: string): string {
    const names = new Map<string, string>()
    return sql.replaceAll(/"t\d+"/g, (name) => {
      if (!names.has(name)) names.set(name, `<${names.size}>`)
      return names.get(name)!
    })
  }
})

test('one scan on both sides of a join is two sources', () => {
  const rows = scan()
  const right = project(rows, { other: id })
  const sql = textOf(join('inner', rows, right, call('equal', id, column('other'))))
  expect(sql).toMatch(/FROM "t" AS "(t\d)" JOIN \(SELECT .* FROM "t" AS .*\) AS "(?!\1)t\d"/)
})

test('the first of a group is the row in the first position', () => {
  const first = { name: 'first', function: 'first', argument: n, orderBy: [descending(s)] } as const
  const last = { name: 'last', function: 'last', argument: n, orderBy: [ascending(s)] } as const
  const sql = textOf(aggregate(scan(), { s }, first, last))
  expect(sql).toContain('row_number() OVER (PARTITION BY')
  expect(sql.match(/CASE WHEN "t1"."\$position\d" = 1 THEN "t1"."n" END/g)).toHaveLength(2)
})

test('the first of a group is asked for by an aggregate in order where there is one', () => {
  const first = { name: 'first', function: 'first', argument: n, orderBy: [descending(s)] } as const
  const last = { ...first, name: 'last', function: 'last' } as const
  const { sql } = compile(aggregate(scan(), { s }, first, last), { ...plain, ordersAggregates: true })!
  expect(sql).toContain('(first("t1"."n" ORDER BY "t1"."s" DESC')
  expect(sql).toContain('(last("t1"."n" ORDER BY "t1"."s" DESC')
  expect(sql).not.toContain('OVER')
})

describe('windows', () => {
  const framed = (frame: { start?: number; end?: number } | undefined, orderBy = [ascending(id)]) =>
    project(
      window(scan(), {
        name: 'w',
        function: 'sum',
        argument: n,
        partitionBy: [],
        orderBy,
        ...(frame && { frame }),
      }),
      { w: column('w') },
    )

  test.each<[frame: { start?: number; end?: number } | undefined, text: string]>([
    [undefined, 'ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW'],
    [{}, 'ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING'],
    [{ start: -2, end: 0 }, 'ROWS BETWEEN 2 PRECEDING AND CURRENT ROW'],
    [{ start: 1, end: 3 }, 'ROWS BETWEEN 1 FOLLOWING AND 3 FOLLOWING'],
    [{ end: -1 }, 'ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING'],
  ])('state the frame %o', (frame, text) => {
    expect(textOf(framed(frame))).toContain(text)
  })

  test('without an order take the whole partition', () => {
    expect(textOf(framed(undefined, []))).toContain(
      '(ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)',
    )
  })

  test('each part the rows by a key once', () => {
    const rows = window(scan(), { name: 'w', function: 'rowNumber', partitionBy: [s, n, s], orderBy: [] })
    expect(textOf(rows)).toContain('PARTITION BY "t1"."s", "t1"."n")')
  })

  describe('that part the rows otherwise', () => {
    const numbered = (name: string, partitionBy: Expression[]) =>
      ({ name, function: 'rowNumber', partitionBy, orderBy: [] }) as const
    const rows = window(
      scan(),
      numbered('a', [s, n]),
      numbered('b', [call('coalesce', n, id), s]),
      numbered('c', [n, s]),
    )

    test('stand in one query', () => {
      expect(textOf(rows).match(/SELECT/g)).toHaveLength(1)
    })

    test('stand in queries of their own where the dialect asks for that, and give the same columns', () => {
      const query = compile(rows, { ...plain, separatesPartitions: true })!
      expect(query.sql.match(/SELECT/g)).toHaveLength(2)
      expect(query.sql).toMatch(
        /SELECT .* AS "a", row_number\(\) OVER .*coalesce.* AS "b", .* AS "c" FROM \(SELECT/,
      )
      const inner = query.sql.slice(query.sql.indexOf('(SELECT'))
      expect(inner.match(/row_number\(\)/g)).toHaveLength(2)
      expect(query.columns).toEqual(compile(rows, plain)!.columns)
    })
  })

  test('of a frame that ends before it starts are not taken', () => {
    expect(takes(framed({ start: 2, end: 1 }), plain)).toBe('no')
  })
})

describe('values are bound, never written', () => {
  const twice = filter(scan(), call('or', call('equal', id, parameter(0)), call('equal', n, parameter(0))))

  test('a numbered placeholder stands wherever its parameter does', () => {
    const query = compile(twice, plain)!
    expect(query.sql).toContain('("t1"."id" = $1) OR ("t1"."n" = $1)')
    expect(query.parameters.map(({ from }) => from)).toEqual([{ index: 0 }])
  })

  test('other placeholders are bound once each, in the order of the text', () => {
    const relation = project(twice, { a: value(7), b: parameter(1) })
    const query = compile(relation, positional)!
    expect(query.sql.match(/\?/g)).toHaveLength(4)
    expect(query.parameters.map(({ from }) => from)).toEqual([
      { value: 7 },
      { index: 1 },
      { index: 0 },
      { index: 0 },
    ])
  })

  test('a list is one value', () => {
    const list = { kind: 'list', type: { name: 'integer' }, values: [1, 2, 3] } as const
    const query = compile(filter(scan(), call('in', id, list)), plain)!
    expect(query.sql).toContain('"t1"."id" = ANY($1)')
    expect(query.parameters.map(({ from }) => from)).toEqual([{ value: [1, 2, 3] }])
  })

  describe('a list that a dialect tests by a subquery', () => {
    const list = { kind: 'list', type: { name: 'integer' }, values: [1, 2, 3] } as const
    const isIn = call('in', id, list)
    const dialect = {
      ...plain,
      operandMember: (tested: Scalar, values: Fragment) => fragment`holds(${values}, ${tested.sql})`,
    }
    const sqlOf = (relation: Relation) => compile(relation, dialect)!.sql

    test('is tested so as a condition', () => {
      expect(sqlOf(filter(scan(), call('not', call('or', isIn, positive))))).toContain('"t1"."id" = ANY($1)')
    })

    test('is tested otherwise as an operand', () => {
      expect(sqlOf(filter(scan(), call('equal', isIn, isIn)))).not.toContain('ANY')
      expect(sqlOf(filter(scan(), call('in', call('coalesce', id, n), list)))).toContain('ANY')
    })

    test('is a column of a subquery before it is an operand', () => {
      const rows = filter(project(scan(), { found: isIn }), call('equal', column('found'), column('found')))
      expect(sqlOf(rows).match(/ANY/g)).toHaveLength(1)
    })
  })

  test('names are quoted', () => {
    const hostile = { ...table, name: 'a"; drop table b; --' }
    expect(compile(project(scan(hostile), { id }), plain)!.sql).toBe(
      'SELECT "t1"."id" AS "id" FROM "a""; drop table b; --" AS "t1"',
    )
  })
})

describe('what a dialect cannot do is not taken, with a reason', () => {
  const deep = Array.from({ length: 30 }).reduce<ReturnType<typeof call>>(
    (inner) => call('not', inner),
    positive,
  )
  const wide = filter(scan(), call('equal', call('coalesce', ...Array.from({ length: 100 }, () => n)), n))
  const triple = (left: Relation, name: string) =>
    join('inner', left, project(scan(), { [name]: id }), call('equal', id, column(name)))
  const numbers = { kind: 'list', type: { name: 'double' }, values: [1.5] } as const

  test.each<[what: string, relation: Relation, reason: RegExp]>([
    ['a function', project(scan(), { a: call('upper', s) }), /upper/],
    ['an aggregate', aggregate(scan(), {}, { name: 'a', function: 'median', argument: n }), /median/],
    ['too deep an expression', filter(scan(), deep), /deeply/],
    ['too long an expression', wide, /long/],
    ['too many sources', triple(triple(triple(scan(), 'a'), 'b'), 'c'), /too many tables/],
    [
      'a list of a type',
      project(scan(), { a: call('in', { kind: 'literal', type: { name: 'double' }, value: 1 }, numbers) }),
      /list of double/,
    ],
    ['anything above what is not taken', limit(filter(scan(), deep), 1), /deeply/],
  ])('%s', (_, relation, reason) => {
    expect(takes(relation, plain)).toBe('no')
    expect(whyNot(relation, plain)).toMatch(reason)
    expect(compile(relation, plain)).toBeUndefined()
  })

  test('many conditions, none of them too long, are taken together', () => {
    const conditions = Array.from({ length: 40 }, () => call('equal', n, value(1)))
    const relation = filter(scan(), call('and', ...conditions))
    expect(takes(relation, plain)).toBe('exact')
    expect(compile(relation, plain)).toBeDefined()
  })
})

describe('changes by condition', () => {
  const versioned = {
    ...table,
    columns: [
      ...table.columns,
      { name: 'v', type: { name: 'integer' }, nullable: false, version: true } as const,
    ],
  }

  test('set what the expressions make of the row, and raise the version', () => {
    const request = { table: versioned, condition: positive, set: [{ name: 'n', expression: parameter(1) }] }
    const statement = compileUpdate(request, plain)!
    expect(statement.sql).toBe('UPDATE "t" AS "t1" SET "n" = $1, "v" = "t1"."v" + 1 WHERE ("t1"."n" > $2)')
    expect(statement.parameters.map(({ from }) => from)).toEqual([{ index: 1 }, { index: 0 }])
  })

  test('delete', () => {
    expect(compileDelete({ table }, plain)!.sql).toBe('DELETE FROM "t" AS "t1"')
    expect(compileDelete({ table, condition: positive }, plain)!.sql).toBe(
      'DELETE FROM "t" AS "t1" WHERE ("t1"."n" > $1)',
    )
  })

  test('take as many conditions as a filter does', () => {
    const conditions = Array.from({ length: 40 }, (_, index) => call('greaterThan', n, parameter(index)))
    const condition = call('and', ...conditions)
    expect(takes(filter(scan(), condition), plain)).toBe('exact')
    expect(compileDelete({ table, condition }, plain)).toBeDefined()
    expect(compileUpdate({ table, condition, set: [{ name: 'n', expression: n }] }, plain)).toBeDefined()
  })

  test('are refused where an expression is not taken', () => {
    expect(compileDelete({ table, condition: call('equal', call('upper', s), s) }, plain)).toBeUndefined()
  })
})

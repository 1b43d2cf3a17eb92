import { describe, expect, test } from 'vitest'
import { rowExpressions } from '../expression/index.js'
import { treeLimits } from '../expression/limits.js'
import { columns, row, sample } from '../expression/testing/rows.js'
import { columnsOf } from './columns-of.js'
import { avg, count, first, lag, last, median, quantile, rank, rowNumber, sum } from './index.js'
import { placeholderOf } from './placeholder.js'
import { scan } from './testing/relations.js'
import type { ProjectNode, Relation } from './types.js'

const refusal = (code: string, details: object = {}): unknown => expect.objectContaining({ code, ...details })

const project = (input: Relation, ...names: string[]): ProjectNode => ({
  node: 'project',
  input,
  columns: names.map((name) => ({ name: `${name}_2`, expression: { kind: 'column', name } })),
})

const entries = (relation: Relation) => Object.fromEntries(columnsOf(relation))

describe('the columns of', () => {
  test('a scan are those of the table, in order', () => {
    expect([...columnsOf(scan)]).toEqual([...columns])
  })

  test('a filter, a sort, a limit and a distinct are those of the input', () => {
    const filter: Relation = { node: 'filter', input: scan, condition: row.id.gt(1).expression }
    const sort: Relation = { node: 'sort', input: filter, terms: [row.id.desc().term] }
    const limit: Relation = { node: 'limit', input: sort, count: 1, offset: 0 }
    expect(columnsOf({ node: 'distinct', input: limit })).toBe(columnsOf(scan))
  })

  test('a project are its own', () => {
    const projected: Relation = {
      node: 'project',
      input: scan,
      columns: [{ name: 'more', expression: row.id.add(1).expression }],
    }
    expect(entries(projected)).toEqual({ more: { type: { name: 'integer' }, nullable: true } })
  })

  test('an aggregate are its groups and then its aggregates', () => {
    const grouped: Relation = {
      node: 'aggregate',
      input: scan,
      groups: [{ name: 'name', expression: row.name.expression }],
      aggregates: [
        { name: 'rows', ...count().aggregate },
        { name: 'total', ...sum(row.id).aggregate },
        { name: 'prices', ...sum(row.price).aggregate },
        { name: 'mean', ...avg(row.price).aggregate },
        { name: 'newest', ...last(row.document, { orderBy: row.at }).aggregate },
      ],
    }
    expect(entries(grouped)).toEqual({
      name: { type: { name: 'text' }, nullable: true },
      rows: { type: { name: 'integer' }, nullable: false },
      total: { type: { name: 'bigint' }, nullable: true },
      prices: { type: { name: 'decimal', precision: 18, scale: 2 }, nullable: true },
      mean: { type: { name: 'double' }, nullable: true },
      newest: { type: { name: 'json' }, nullable: true },
    })
  })

  test('a join are those of both sides; a left join makes the right ones nullable (ORDER-5)', () => {
    const right = project(scan, 'id')
    const join = (kind: 'inner' | 'left'): Relation => ({
      node: 'join',
      kind,
      left: scan,
      right,
      condition: row.id.eq(rowExpressions(columnsOf(right))['id_2'] as never).expression,
    })
    expect(entries(join('inner'))).toEqual({
      ...Object.fromEntries(columns),
      id_2: { type: { name: 'integer' }, nullable: false },
    })
    expect(entries(join('left'))['id_2']).toEqual({ type: { name: 'integer' }, nullable: true })
  })

  test('a window are the input and its own', () => {
    const windowed: Relation = {
      node: 'window',
      input: project(scan, 'id'),
      columns: [
        { name: 'number', ...rowNumber().over().window },
        {
          name: 'before',
          function: 'lag',
          argument: { kind: 'column', name: 'id_2' },
          partitionBy: [],
          orderBy: [],
        },
        {
          name: 'running',
          function: 'sum',
          argument: { kind: 'column', name: 'id_2' },
          partitionBy: [],
          orderBy: [],
          frame: { start: -1 },
        },
      ],
    }
    expect(entries(windowed)).toEqual({
      id_2: { type: { name: 'integer' }, nullable: false },
      number: { type: { name: 'integer' }, nullable: false },
      before: { type: { name: 'integer' }, nullable: true },
      running: { type: { name: 'bigint' }, nullable: true },
    })
  })

  test('one relation are found once', () => {
    const relation = project(scan, 'id', 'name')
    expect(columnsOf(relation)).toBe(columnsOf(relation))
  })
})

describe('refusals name the place in the tree', () => {
  const window = (column: object): Relation => ({
    node: 'window',
    input: scan,
    columns: [{ name: 'value', partitionBy: [], orderBy: [], ...column } as never],
  })
  const aggregate = (column: object): Relation => ({
    node: 'aggregate',
    input: scan,
    groups: [],
    aggregates: [{ name: 'value', ...column } as never],
  })
  const id = { kind: 'column', name: 'id' } as const
  const name = { kind: 'column', name: 'name' } as const

  test.each<[string, Relation, string, string | undefined]>([
    [
      'a condition that is no boolean',
      { node: 'filter', input: scan, condition: id },
      'TYPE_MISMATCH',
      'condition',
    ],
    [
      'an unknown column deep in a condition',
      {
        node: 'distinct',
        input: {
          node: 'filter',
          input: scan,
          condition: { kind: 'call', function: 'isNull', arguments: [{ kind: 'column', name: 'x' }] },
        },
      },
      'UNKNOWN_COLUMN',
      'input.condition.arguments[0]',
    ],
    [
      'a comparison with the literal null (NULL-3)',
      {
        node: 'filter',
        input: scan,
        condition: {
          kind: 'call',
          function: 'equal',
          arguments: [id, { kind: 'literal', type: { name: 'integer' }, value: null }],
        },
      },
      'TYPE_MISMATCH',
      'condition.arguments[1]',
    ],
    [
      'a list where a value must be',
      {
        node: 'filter',
        input: scan,
        condition: {
          kind: 'call',
          function: 'not',
          arguments: [{ kind: 'list', type: { name: 'boolean' }, values: [] }],
        },
      },
      'TYPE_MISMATCH',
      'condition.arguments[0]',
    ],
    [
      'an in without a list',
      { node: 'filter', input: scan, condition: { kind: 'call', function: 'in', arguments: [id, id] } },
      'TYPE_MISMATCH',
      'condition.arguments[1]',
    ],
    [
      'too many arguments',
      { node: 'filter', input: scan, condition: { kind: 'call', function: 'not', arguments: [id, id] } },
      'TYPE_MISMATCH',
      'condition',
    ],
    [
      'an option that the function does not take',
      {
        node: 'filter',
        input: scan,
        condition: { kind: 'call', function: 'isNull', arguments: [id], options: { unit: 'day' } },
      },
      'TYPE_MISMATCH',
      'condition',
    ],
    ['no columns', { node: 'project', input: scan, columns: [] }, 'TYPE_MISMATCH', undefined],
    [
      'two names that differ in case (WRITE-9)',
      {
        node: 'project',
        input: scan,
        columns: [
          { name: 'a', expression: id },
          { name: 'A', expression: id },
        ],
      },
      'TYPE_MISMATCH',
      'columns[1]',
    ],
    [
      'a name that an engine reserves (WRITE-9)',
      { node: 'project', input: scan, columns: [{ name: 'oid', expression: id }] },
      'INVALID_ARGUMENT',
      'columns[0]',
    ],
    ['a sort without terms', { node: 'sort', input: scan, terms: [] }, 'TYPE_MISMATCH', undefined],
    [
      'a limit that is no count',
      { node: 'limit', input: scan, count: 0.5, offset: 0 },
      'TYPE_MISMATCH',
      'count',
    ],
    [
      'a join of the same names',
      { node: 'join', kind: 'inner', left: scan, right: scan, condition: row.flag.expression },
      'TYPE_MISMATCH',
      'right',
    ],
    [
      'a sum of texts',
      aggregate({ function: 'sum', argument: name }),
      'TYPE_MISMATCH',
      'aggregates[0].argument',
    ],
    [
      'a minimum of json (JSON-2)',
      aggregate({ function: 'minimum', argument: row.document.expression }),
      'TYPE_MISMATCH',
      'aggregates[0].argument',
    ],
    ['a sum of nothing', aggregate({ function: 'sum' }), 'TYPE_MISMATCH', 'aggregates[0]'],
    [
      'a quantile without a fraction',
      aggregate({ function: 'quantile', argument: id }),
      'TYPE_MISMATCH',
      'aggregates[0]',
    ],
    [
      'an order of a sum',
      aggregate({ function: 'sum', argument: id, orderBy: [row.id.asc().term] }),
      'TYPE_MISMATCH',
      'aggregates[0]',
    ],
    ['a rank of something', window({ function: 'rank', argument: id }), 'TYPE_MISMATCH', 'columns[0]'],
    ['a frame of a rank', window({ function: 'rank', frame: {} }), 'TYPE_MISMATCH', 'columns[0]'],
    ['a lag by no rows', window({ function: 'lag', argument: id, offset: 0 }), 'TYPE_MISMATCH', 'columns[0]'],
    [
      'an aggregate that is no window',
      window({ function: 'median', argument: id }),
      'TYPE_MISMATCH',
      'columns[0]',
    ],
    [
      'an aggregate in a condition',
      { node: 'filter', input: scan, condition: count().gt(1).expression },
      'TYPE_MISMATCH',
      'condition.arguments[0]',
    ],
  ])('%s', (_, relation, code, path) => {
    expect(() => columnsOf(relation)).toThrow(refusal(code, { path }))
  })

  test('relations that are too deep or too large', () => {
    let deep: Relation = scan
    for (let level = 1; level < treeLimits.relationDepth; level++) deep = { node: 'distinct', input: deep }
    expect(columnsOf(deep)).toBe(columnsOf(scan))
    expect(() => columnsOf({ node: 'distinct', input: deep })).toThrow(refusal('LIMIT_EXCEEDED'))
    const condition = {
      kind: 'call',
      function: 'and',
      arguments: Array.from({ length: treeLimits.nodes - 4 }, () => row.flag.expression),
    } as const
    const large: Relation = { node: 'filter', input: scan, condition }
    expect(columnsOf(large)).toBe(columnsOf(scan))
    expect(() => columnsOf({ node: 'distinct', input: large })).not.toThrow()
    expect(() => columnsOf({ node: 'distinct', input: { node: 'distinct', input: large } })).toThrow(
      refusal('LIMIT_EXCEEDED'),
    )
  })
})

describe('aggregates and windows of the builder', () => {
  test('are data under a name to come', () => {
    const aggregate = first(row.name, { orderBy: [row.at.desc({ nulls: 'first' }), row.id] })
    expect(aggregate.aggregate).toEqual({
      function: 'first',
      argument: { kind: 'column', name: 'name' },
      orderBy: [
        { expression: { kind: 'column', name: 'at' }, direction: 'descending', nulls: 'first' },
        { expression: { kind: 'column', name: 'id' }, direction: 'ascending', nulls: 'last' },
      ],
    })
    expect(quantile(row.id, 0.9).aggregate).toMatchObject({ function: 'quantile', fraction: 0.9 })
    const moving = avg(row.real).over({ partitionBy: [row.name], orderBy: row.at, rows: [-6, 0] })
    expect(moving.window).toEqual({
      function: 'average',
      argument: { kind: 'column', name: 'real' },
      partitionBy: [{ kind: 'column', name: 'name' }],
      orderBy: [{ expression: { kind: 'column', name: 'at' }, direction: 'ascending', nulls: 'last' }],
      frame: { start: -6, end: 0 },
    })
    expect(lag(row.id, 2).over({ rows: undefined } as object).window).toMatchObject({
      function: 'lag',
      offset: 2,
    })
    expect(sum(row.id).over({ rows: ['unbounded', 'unbounded'] }).window).toMatchObject({ frame: {} })
  })

  test('can be parts of other expressions, where they stand for their column', () => {
    const aggregate = sum(row.real)
    const expression = aggregate.divide(2).expression
    const reference = expression.kind === 'call' ? expression.arguments[0]! : expression
    expect(reference.kind === 'column' && placeholderOf(reference)).toEqual({
      aggregate: aggregate.aggregate,
    })
    const ranked = rank().over({ orderBy: row.id })
    expect(ranked.expression.kind === 'column' && placeholderOf(ranked.expression)).toEqual({
      window: ranked.window,
    })
    expect(placeholderOf({ kind: 'column', name: 'sum()' })).toBeUndefined()
  })

  test('are refused where they do not fit', () => {
    expect(() => sum(row.name as never)).toThrow(refusal('TYPE_MISMATCH'))
    expect(() => sum('real' as never)).toThrow(refusal('TYPE_MISMATCH'))
    expect(() => quantile(row.id, 1.5)).toThrow(refusal('INVALID_ARGUMENT'))
    expect(() => lag(row.id, 0)).toThrow(refusal('INVALID_ARGUMENT'))
    expect(() => (median(row.id) as never as ReturnType<typeof avg>).over()).toThrow(refusal('TYPE_MISMATCH'))
    expect(() => sum(row.id).over({ rows: [0.5, 1] })).toThrow(refusal('INVALID_ARGUMENT'))
    expect(() => rank().over({ rows: [0, 1] } as object)).toThrow(refusal('TYPE_MISMATCH'))
    expect(() => count().over({ partitionBy: 'name' as never })).toThrow(refusal('TYPE_MISMATCH'))
    expect(() => first(row.id, { orderBy: 'id' as never })).toThrow(refusal('TYPE_MISMATCH'))
  })

  test('have the type that columnsOf finds', () => {
    for (const aggregate of [count(), sum(row.price), avg(row.id), first(row.photo), median(row.big)]) {
      const relation: Relation = {
        node: 'aggregate',
        input: scan,
        groups: [],
        aggregates: [{ name: 'value', ...aggregate.aggregate }],
      }
      expect(columnsOf(relation).get('value')).toEqual(aggregate.columnType)
    }
    expect(sample.definition.columns.length).toBe(columns.size)
  })
})

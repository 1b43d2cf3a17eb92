import type { Relation, TableDefinition } from '@holdfast/core/backend'
import { describe, expect, test } from 'vitest'
import {
  compile,
  isKeyOrder,
  keyPage,
  rowByKey,
  rowsByKeys,
  tableInKeyOrder,
  tableRows,
  tablesOf,
} from '../src/index.js'
import { plain } from './plain-dialect.js'
import { call, column, join, other, scan, table } from './relations.js'

/** The same columns with a key of two of them, and without a key. */
const paired: TableDefinition = { ...table, name: 'p', primaryKey: ['s', 'id'] }
const keyless: TableDefinition = { ...table, name: 'k', primaryKey: [] }

const sqlOf = (relation: Relation) => compile(relation, plain)?.sql

describe('what is read of a table by its key', () => {
  test.each<[what: string, relation: Relation, sql: string]>([
    [
      'a row',
      rowByKey(table),
      'SELECT "t1"."id" AS "id", "t1"."n" AS "n", "t1"."s" AS "s" FROM "t" AS "t1" WHERE ("t1"."id" = $1)',
    ],
    [
      'a row with a key of two columns, in their order',
      rowByKey(paired),
      'SELECT "t1"."id" AS "id", "t1"."n" AS "n", "t1"."s" AS "s" FROM "p" AS "t1" WHERE ("t1"."s" = $1) AND ("t1"."id" = $2)',
    ],
    ['all rows', tableRows(table, ['n']), 'SELECT "t1"."n" AS "n" FROM "t" AS "t1"'],
    [
      'all rows in the order of the key',
      tableInKeyOrder(paired, ['n']),
      'SELECT "t1"."n" AS "n" FROM "p" AS "t1" ORDER BY "t1"."s", "t1"."id"',
    ],
    ['all rows without a key', tableInKeyOrder(keyless, ['n']), 'SELECT "t1"."n" AS "n" FROM "k" AS "t1"'],
    [
      'the first page',
      keyPage(table, ['id'], 10, 'first'),
      'SELECT "t1"."id" AS "id" FROM "t" AS "t1" ORDER BY "t1"."id" LIMIT $1',
    ],
    [
      'the page after a key',
      keyPage(table, ['id'], 10, 'next'),
      'SELECT "t1"."id" AS "id" FROM "t" AS "t1" WHERE ("t1"."id" > $1) ORDER BY "t1"."id" LIMIT $2',
    ],
    [
      'the rows of a list of keys',
      rowsByKeys(table, ['n']),
      'SELECT "t1"."n" AS "n" FROM "t" AS "t1" WHERE ("t1"."id" = ANY($1))',
    ],
    [
      'the rows of one key of two columns',
      rowsByKeys(paired, ['n']),
      'SELECT "t1"."n" AS "n" FROM "p" AS "t1" WHERE ("t1"."s" = $1) AND ("t1"."id" = $2)',
    ],
  ])('%s', (_, relation, sql) => {
    expect(sqlOf(relation)).toBe(sql)
  })

  test('is one relation for the same table, columns and purpose, and another for any other', () => {
    const made = () => [
      rowByKey(table),
      rowByKey(other),
      tableRows(table, ['id']),
      tableRows(table, ['id', 'n']),
      tableInKeyOrder(table, ['id']),
      rowsByKeys(table, ['id']),
      keyPage(table, ['id'], 10, 'first'),
      keyPage(table, ['id'], 10, 'next'),
      keyPage(table, ['id'], 20, 'next'),
    ]
    const [once, again] = [made(), made()]
    expect(again.every((relation, index) => relation === once[index])).toBe(true)
    expect(new Set(once).size).toBe(once.length)
  })
})

describe('the order of a key', () => {
  const by = (...names: readonly string[]) =>
    names.map((name) => {
      return { expression: { kind: 'column', name }, direction: 'ascending', nulls: 'last' } as const
    })

  test('is that of its columns, all of them, ascending', () => {
    expect(isKeyOrder(by('s', 'id'), paired)).toBe(true)
    expect(isKeyOrder(by('id', 's'), paired)).toBe(false)
    expect(isKeyOrder(by('s'), paired)).toBe(false)
    expect(isKeyOrder(by('s', 'id', 'n'), paired)).toBe(false)
    expect(isKeyOrder([{ ...by('id')[0]!, direction: 'descending' }], table)).toBe(false)
  })

  test('is none where there is no key', () => {
    expect(isKeyOrder([], keyless)).toBe(false)
  })
})

test('the tables that a relation reads are told as often as it reads them', () => {
  const same = call('equal', column('id'), column('key'))
  const joined = join('inner', join('left', scan(), scan(other), same), scan(), same)
  expect(tablesOf({ node: 'limit', input: joined, count: 1, offset: 0 })).toEqual([table, other, table])
})

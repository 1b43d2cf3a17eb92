import type { LogicalType, TableDefinition } from '../../../schema/types.js'
import { createTable } from '../../bench.js'
import type { Bench } from '../../bench.js'
import { userKey } from '../../model/real.js'
import { fixedProperty } from '../../property.js'
import type { FixedCase } from '../../property.js'
import { expectRows, expectSame } from '../../report/expect.js'
import { handleOf } from '../../untyped.js'

const text: LogicalType = { name: 'text' }
const integer: LogicalType = { name: 'integer' }
const bigint: LogicalType = { name: 'bigint' }

type KeyValue = string | number | bigint

/** Keys that an engine takes for one when it joins their parts, folds them or looks for what begins alike. */
const lookalikes: readonly (readonly [
  name: string,
  types: readonly LogicalType[],
  keys: readonly KeyValue[][],
])[] = [
  [
    'parts that join to one text',
    [text, text],
    [
      ['', 'ab'],
      ['a', 'b'],
      ['ab', ''],
      ['a', ''],
      ['', 'a'],
    ],
  ],
  [
    'parts with what could stand between them',
    [text, text],
    [',', '/', '|', ':', '\u0001', '"', '\\', ' '].flatMap((mark) => [
      [`a${mark}b`, 'c'],
      ['a', `b${mark}c`],
    ]),
  ],
  [
    'numbers that join to one',
    [integer, integer],
    [
      [1, 23],
      [12, 3],
      [-1, 2],
      [1, -2],
      [0, 12],
      [1, 2],
    ],
  ],
  [
    'a part of each kind',
    [text, integer],
    [
      ['1', 2],
      ['', 12],
      ['12', 0],
      ['1', 20],
      ['null', 0],
      ['NULL', 0],
    ],
  ],
  [
    'parts in the other order',
    [bigint, bigint],
    [
      [1n, 2n],
      [2n, 1n],
      [1n, 1n],
      [2n ** 53n, 1n],
      [2n ** 53n + 1n, 1n],
    ],
  ],
  [
    'texts that begin alike',
    [text],
    [[''], ['a'], ['ab'], ['abc'], ['a%'], ['a_'], ['_'], ['%'], ['\\'], ['a\\']],
  ],
  [
    'texts that are spelt alike',
    [text],
    [['a'], ['A'], ['a '], [' a'], ['\u00e4'], ['a\u0308'], ['\u00df'], ['ss']],
  ],
  [
    'texts that could be paths',
    [text],
    [['a/b'], ['a_b'], ['a.b'], ['a:b'], ['a\\b'], ['a'], ['/a'], ['a/'], ['..']],
  ],
  [
    'texts that could be something else',
    [text],
    [['1'], ['01'], ['1.0'], ['1e0'], ['true'], ['null'], ['undefined'], ['__proto__']],
  ],
]

/** Different keys are different rows, however alike they look: each is found, changed and deleted alone. */
export const keysStayApart = fixedProperty({
  name: 'types/keys',
  rules: [],
  cases: lookalikes.map(([name, types, keys]): FixedCase => ({
    name,
    rules: ['TYPE-11', 'TEXT-2'],
    check: (bench) => checkApart(bench, tableOf(types), keys),
  })),
})

function tableOf(types: readonly LogicalType[]): TableDefinition {
  const keys = types.map((type, index) => ({ name: `key${index}`, type, nullable: false }))
  return {
    name: 'lookalikes',
    columns: [...keys, { name: 'value', type: integer, nullable: false }],
    primaryKey: keys.map(({ name }) => name),
    indexes: [],
    checks: [],
  }
}

async function checkApart(
  bench: Bench,
  definition: TableDefinition,
  keys: readonly KeyValue[][],
): Promise<void> {
  const database = await bench.shared()
  await createTable(database, { definition, rows: [] })
  const table = handleOf(database, definition)
  const rowOf = (index: number, value = index): Record<string, unknown> => ({
    ...Object.fromEntries(definition.primaryKey.map((name, part) => [name, keys[index]?.[part]])),
    value,
  })
  const rows = keys.map((_, index) => rowOf(index))
  for (const row of rows) await table.insert(row)
  const given = keys.map((key) => userKey(definition, key))
  expectRows('the rows by their keys', await table.getMany(given), rows)
  for (const [index, key] of given.entries()) {
    expectSame('the row by its key', await table.get(key), rows[index])
    await table.put(rowOf(index, -1 - index))
    expectSame('the number of rows after one was put', await table.count(), rows.length)
    expectSame('the row that was put', await table.get(key), rowOf(index, -1 - index))
    expectSame('whether one row is deleted', await table.delete(key), true)
    expectSame('the number of rows after one was deleted', await table.count(), rows.length - 1)
    await table.insert(rows[index] ?? {})
  }
  expectRows('the rows in the end', await table.getMany(given), rows)
  await database.drop(definition.name)
}

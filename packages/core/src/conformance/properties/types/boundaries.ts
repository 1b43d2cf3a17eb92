import type { Database } from '../../../database/database-types.js'
import type { Expression, FunctionName } from '../../../expression/types.js'
import { keyValueSize } from '../../../schema/key-size.js'
import { tableFromDefinition } from '../../../schema/table.js'
import type { LogicalType } from '../../../schema/types.js'
import { toStored, toUser } from '../../../schema/values.js'
import type { Bench } from '../../bench.js'
import { boundaryValues, largeValues } from '../../generate/boundaries.js'
import { call } from '../../generate/expressions/call.js'
import { describeType, everyType, isOrdered } from '../../generate/types.js'
import { matching } from '../../model/real.js'
import { compareUserValues, identity } from '../../oracle/order.js'
import { fixedProperty } from '../../property.js'
import { expectRows, expectSame } from '../../report/expect.js'
import { withinLimit } from '../../time-limit.js'
import { handleOf } from '../../untyped.js'
import { keyedTable, userValues, valueTable } from './value-table.js'

const rules = [
  'TYPE-1',
  'TYPE-2',
  'TYPE-3',
  'TYPE-4',
  'TYPE-5',
  'TYPE-6',
  'TYPE-7',
  'TYPE-8',
  'TYPE-9',
  'TYPE-11',
]

/** Values at the ends of every type come back equal and of the same JavaScript type, by every way of reading. */
export const boundariesComeBack = fixedProperty({
  name: 'types/boundaries',
  rules,
  cases: everyType.flatMap((type) => [
    {
      name: `${describeType(type)} in a column`,
      rules: ['TYPE-11'],
      check: (bench) => checkColumn(bench, type),
    },
    ...(isOrdered(type)
      ? [
          {
            name: `${describeType(type)} as a key`,
            rules: ['TYPE-11', 'ORDER-1'],
            check: (bench: Bench) => checkKey(bench, type),
          },
        ]
      : []),
  ]),
})

async function checkColumn(bench: Bench, type: LogicalType): Promise<void> {
  const definition = valueTable(type)
  const database = await bench.shared()
  const large = largeValues(type, database.capabilities.limits.maxValueBytes)
  const values = [...userValues(type, [...boundaryValues(type), ...large]), null]
  const rows = values.map((value, id) => ({ id, value }))
  await database.ensure(tableFromDefinition(definition))
  await withinLimit('insert', () => handleOf(database, definition).insert(rows))
  await expectEveryWay(database, type, rows)
  await expectFound(database, type)
  const reopened = await bench.reopenShared()
  if (reopened === undefined) return
  await expectEveryWay(reopened, type, rows)
  await reopened.drop(definition.name)
}

async function expectEveryWay(database: Database, type: LogicalType, rows: readonly Row[]): Promise<void> {
  const table = handleOf(database, valueTable(type))
  const ids = rows.map(({ id }) => id)
  const name = describeType(type)
  expectRows(`${name} by all()`, await table.all(), rows)
  expectRows(`${name} by getMany()`, await table.getMany(ids), rows)
  const single = []
  for (const id of ids) single.push(await table.get(id))
  expectRows(`${name} by get()`, single, rows)
  const streamed = []
  for await (const row of table.stream()) streamed.push(row)
  expectRows(`${name} by stream()`, streamed, rows)
  const batched = []
  for await (const batch of table.batches()) batched.push(...batch)
  expectRows(`${name} by batches()`, batched, rows)
  const paged = await table.page({ size: rows.length })
  expectRows(`${name} by page()`, paged.rows, rows)
}

interface Row {
  readonly id: number
  readonly value: unknown
}

/** Each value is found by equality, and nothing else is. */
async function expectFound(database: Database, type: LogicalType): Promise<void> {
  const definition = valueTable(type)
  const values = boundaryValues(type)
  for (const value of values) {
    const condition = call('equal', [
      { kind: 'column', name: 'value' },
      { kind: 'literal', type, value },
    ])
    const found = await withinLimit('query', () => matching(database, definition, condition).all())
    const key = identity(toUser(type, value))
    const expected = values.flatMap((other, id) => (identity(toUser(type, other)) === key ? [id] : []))
    expectSame(
      `the rows whose ${describeType(type)} is ${key}`,
      found.map((row) => row['id']),
      expected,
      ['TEXT-2'],
    )
  }
}

const ranges: readonly (readonly [FunctionName, (order: number) => boolean])[] = [
  ['lessThan', (order) => order < 0],
  ['lessOrEqual', (order) => order <= 0],
  ['equal', (order) => order === 0],
  ['notEqual', (order) => order !== 0],
  ['greaterOrEqual', (order) => order >= 0],
  ['greaterThan', (order) => order > 0],
]

/** Ranges of keys, which engines look up in an index of their own. */
async function expectRanges(database: Database, type: LogicalType, keys: readonly unknown[]): Promise<void> {
  const bounds = [0, 1, keys.length >> 1, keys.length - 1].map((index) => keys[index] ?? keys[0])
  for (const bound of bounds) {
    const literal: Expression = { kind: 'literal', type, value: toStored(type, bound, 'bound') }
    for (const [name, includes] of ranges) {
      const condition = call(name, [{ kind: 'column', name: 'id' }, literal])
      const found = await withinLimit('query', () => matching(database, keyedTable(type), condition).all())
      expectSame(
        `the keys that are ${name} ${identity(bound)}`,
        found.map((row) => row['id']),
        keys.filter((key) => includes(compareUserValues(type, key, bound))),
        ['ORDER-1'],
      )
    }
  }
}

async function checkKey(bench: Bench, type: LogicalType): Promise<void> {
  const definition = keyedTable(type)
  const database = await bench.shared()
  const { maxKeyBytes } = database.capabilities.limits
  const short = boundaryValues(type).filter((value) => keyValueSize(type, value) <= maxKeyBytes)
  const different = new Map(userValues(type, short).map((value) => [identity(value), value]))
  const ordered = [...different.values()].sort((left, right) => compareUserValues(type, left, right))
  const rows = ordered.map((id, place) => ({ id, place }))
  await database.ensure(tableFromDefinition(definition))
  const table = handleOf(database, definition)
  await withinLimit('insert', () => table.insert(rows.toReversed()))
  expectRows(`rows by a ${describeType(type)} key, in its order`, await table.all(), rows)
  expectRows(`rows by a ${describeType(type)} key, by getMany()`, await table.getMany(ordered), rows)
  await expectRanges(database, type, ordered)
  for (const row of rows) expectSame('the row of its key', await table.get(row.id), row)
  expectSame('rows deleted by key', await table.deleteMany(ordered.slice(1)), ordered.length - 1, ['WRITE-3'])
  expectRows('what is left', await table.all(), rows.slice(0, 1))
  await database.drop(definition.name)
}

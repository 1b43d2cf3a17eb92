import {
  and,
  bigint,
  boolean,
  bytes,
  decimal,
  double,
  integer,
  json,
  or,
  table,
  text,
  timestamp,
  uuid,
} from '@holdfast/core'
import { tableFromDefinition } from '@holdfast/core/backend'
import type { ColumnDefinition, LogicalType, StoredValue, TableDefinition } from '@holdfast/core/backend'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { describeTable, readTableYaml } from '../src/manifest/table-yaml.js'

const measurements = table(
  'measurements',
  {
    id: bigint().primaryKey().generated(),
    station: text().default('now'),
    at: timestamp().default('now'),
    exact: timestamp('us').nullable(),
    token: uuid().default('uuid'),
    celsius: double().nullable(),
    price: decimal(12, 2).default('12.30'),
    count: integer().default(-3),
    picture: bytes().default(new Uint8Array([1, 2, 255])),
    more: json().default({ a: ['x', 1, null] }),
    valid: boolean().default(true),
    changes: integer().version(),
  },
  {
    indexes: [
      { name: 'by_station', columns: ['station', 'at'] },
      { columns: ['token'], unique: true },
    ],
    checks: {
      warm: (row) => or(row.celsius.isNull(), and(row.celsius.ge(-90), row.celsius.multiply(2).lt(180))),
      named: (row) =>
        row.station
          .length()
          .gt(0)
          .and(row.station.in(['a', 'b']).not()),
      dear: (row) => row.price.gt('0.50'),
    },
  },
).definition

test('a person can read it', () => {
  expect(describeTable(measurements, { id: 3, revision: 2 })).toMatchSnapshot()
})

const types: readonly LogicalType[] = [
  { name: 'boolean' },
  { name: 'integer' },
  { name: 'bigint' },
  { name: 'double' },
  { name: 'decimal', precision: 9, scale: 3 },
  { name: 'text' },
  { name: 'bytes' },
  { name: 'date' },
  { name: 'timestamp', unit: 'ms' },
  { name: 'timestamp', unit: 'us' },
  { name: 'uuid' },
  { name: 'json' },
]

const valuesOf: Readonly<Record<LogicalType['name'], fc.Arbitrary<StoredValue>>> = {
  boolean: fc.boolean(),
  integer: fc.maxSafeInteger(),
  bigint: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  double: fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0),
  decimal: fc.bigInt({ min: -999_999_999n, max: 999_999_999n }),
  text: fc.oneof(
    fc.string({ unit: 'grapheme', maxLength: 30 }).filter((value) => !value.includes('\0')),
    fc.constantFrom(
      '',
      ' ',
      '~',
      'null',
      'yes',
      '1e3',
      '# no',
      'a: b',
      "'",
      '"',
      '- x',
      '\n',
      'a\n b\n',
      '---',
      '%',
      '\t',
      '\u2028\u0085',
      '\ufeff',
    ),
  ),
  bytes: fc.uint8Array({ maxLength: 9 }),
  date: fc.constantFrom('0001-01-01', '1970-01-01', '2024-02-29', '9999-12-31'),
  timestamp: fc.constantFrom(0),
  uuid: fc.uuid(),
  json: fc.constantFrom('{"a":[1,"x"]}', '"text"', '12', '[]'),
}

const valueOf = (type: LogicalType): fc.Arbitrary<StoredValue> => {
  if (type.name !== 'timestamp') return valuesOf[type.name]
  const milliseconds = fc.integer({ min: -62_135_596_800_000, max: 253_402_300_799_999 })
  return type.unit === 'ms' ? milliseconds : milliseconds.map((value) => BigInt(value) * 1000n + 7n)
}

const column: fc.Arbitrary<Omit<ColumnDefinition, 'name'>> = fc
  .tuple(fc.constantFrom(...types), fc.boolean())
  .chain(([type, nullable]) => {
    const value = nullable ? fc.option(valueOf(type), { freq: 3, nil: null }) : valueOf(type)
    return fc.option(value, { nil: undefined, freq: 2 }).map((given) => ({
      type,
      nullable,
      ...(given !== undefined && { default: { kind: 'value' as const, value: given } }),
    }))
  })

test('every definition is read back', () => {
  fc.assert(
    fc.property(fc.array(column, { maxLength: 8 }), (columns) => {
      const { definition } = tableFromDefinition({
        name: 'Any_table',
        columns: [
          { name: 'id', type: { name: 'integer' }, nullable: false },
          ...columns.map((rest, index) => ({ name: `c${index}`, ...rest })),
        ],
        primaryKey: ['id'],
        indexes: [],
        checks: [],
      })
      expect(again(definition)).toEqual(definition)
    }),
    { numRuns: 500 },
  )
  expect(again(measurements)).toEqual(measurements)
})

function again(definition: TableDefinition): TableDefinition {
  const { definition: found, ...facts } = readTableYaml(describeTable(definition, { id: 3, revision: 12 }))
  expect(facts).toEqual({ id: 3, revision: 12 })
  return found
}

test.each([
  '',
  'table: [',
  '- 1',
  'null',
  'table: x\nid: 1\nrevision: 1\n',
  describeTable(measurements, { id: 3, revision: 1 }).replace('id: 3', 'id: three'),
  describeTable(measurements, { id: 3, revision: 1 }).replace('type: bigint', 'type: bigger'),
  describeTable(measurements, { id: 3, revision: 1 }).replace('primaryKey: [id]', 'primaryKey: [no]'),
])('what describes no table is refused (%#)', (text) => {
  expect(() => readTableYaml(text)).toThrow(expect.objectContaining({ code: 'CORRUPT' }) as Error)
})

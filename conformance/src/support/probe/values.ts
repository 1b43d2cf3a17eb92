import { toStored } from '@holdfast/core/backend'
import type {
  ColumnDefinition,
  Expression,
  Literal,
  LogicalType,
  Relation,
  StoredValue,
  TableDefinition,
} from '@holdfast/core/backend'

/** A type with a few values, so small that no sum of them leaves it, and so even that no sum is rounded. */
export interface Sample {
  readonly type: LogicalType
  readonly label: string
  readonly values: readonly [unknown, unknown, unknown, unknown]
}

export const samples: readonly Sample[] = [
  { type: { name: 'boolean' }, label: 'boolean', values: [true, false, true, false] },
  { type: { name: 'integer' }, label: 'integer', values: [7, -3, 2, 12] },
  { type: { name: 'bigint' }, label: 'bigint', values: [7n, -3n, 2n, 2n ** 53n + 1n] },
  { type: { name: 'double' }, label: 'double', values: [1.5, -0.25, 2, 1024.75] },
  {
    type: { name: 'decimal', precision: 9, scale: 2 },
    label: 'decimal',
    values: ['1.50', '-0.25', '20.00', '3.10'],
  },
  {
    type: { name: 'decimal', precision: 18, scale: 4 },
    label: 'decimal(18, 4)',
    values: ['1.5000', '-0.2500', '7.1234', '99.0001'],
  },
  { type: { name: 'text' }, label: 'text', values: ['harbour', 'Hill', 'har', '\u00e9\u{1f600} Z'] },
  {
    type: { name: 'bytes' },
    label: 'bytes',
    values: [Uint8Array.of(1, 2), Uint8Array.of(), Uint8Array.of(255), Uint8Array.of(1, 2, 3)],
  },
  {
    type: { name: 'date' },
    label: 'date',
    values: ['2024-02-29', '1999-12-31', '2021-01-03', '0099-12-30'],
  },
  {
    type: { name: 'timestamp', unit: 'ms' },
    label: 'timestamp',
    values: [
      new Date('2024-02-29T23:59:59.999Z'),
      new Date('1999-12-31T00:00:00Z'),
      new Date('1969-12-31T23:59:59.001Z'),
      new Date('2021-01-03T12:30:00Z'),
    ],
  },
  {
    type: { name: 'timestamp', unit: 'us' },
    label: "timestamp('us')",
    values: [1_709_251_199_999_999n, 946_598_400_000_000n, -999_001n, 1_609_677_000_000_001n],
  },
  {
    type: { name: 'uuid' },
    label: 'uuid',
    values: [
      '0190a5d0-ac96-774b-bcce-b302096a8051',
      '00000000-0000-0000-0000-000000000000',
      '0190a5d0-ac96-774b-bcce-b302096a8050',
      'ffffffff-ffff-4fff-bfff-ffffffffffff',
    ],
  },
  {
    type: { name: 'json' },
    label: 'json',
    values: [{ a: 'x' }, { a: 7 }, { a: true }, { a: { b: [1.5] } }],
  },
]

/** For each row, which of the four values its first and its second column of a type hold; null: none. */
const positions: readonly (readonly [number | null, number | null])[] = [
  [0, 1],
  [1, 1],
  [2, 0],
  [3, null],
  [null, 2],
  [0, 3],
]
const kinds = ['a', 'b', 'a', null, 'b', 'a']

const nameOf = (sample: Sample, which: 'first' | 'second') => `${which}_${samples.indexOf(sample)}`

/** A table with two columns of each type. */
export const definition: TableDefinition = {
  name: 'probe',
  columns: [
    { name: 'id', type: { name: 'integer' }, nullable: false },
    { name: 'kind', type: { name: 'text' }, nullable: true },
    ...samples.flatMap((sample) =>
      (['first', 'second'] as const).map((which): ColumnDefinition => ({
        name: nameOf(sample, which),
        type: sample.type,
        nullable: true,
      })),
    ),
  ],
  primaryKey: ['id'],
  indexes: [],
  checks: [],
}

/** Its rows, as users see them. */
export const rows: readonly Readonly<Record<string, unknown>>[] = positions.map(([first, second], index) => {
  const valueAt = (sample: Sample, position: number | null) =>
    position === null ? null : sample.values[position]
  return Object.fromEntries([
    ['id', index + 1],
    ['kind', kinds[index]],
    ...samples.flatMap((sample) => [
      [nameOf(sample, 'first'), valueAt(sample, first)],
      [nameOf(sample, 'second'), valueAt(sample, second)],
    ]),
  ]) as Record<string, unknown>
})

export const scan: Relation = { node: 'scan', table: definition, database: 'main' }

export const column = (name: string): Expression => ({ kind: 'column', name })

/** The first or the second column of a type. */
export const columnOf = (sample: Sample, which: 'first' | 'second'): Expression =>
  column(nameOf(sample, which))

/** A constant of a type. */
export const constantOf = (sample: Sample): Literal => ({
  kind: 'literal',
  type: sample.type,
  value: storedValue(sample, 2),
})

/** Two constants of a type. */
export const listOf = (sample: Sample): Expression => ({
  kind: 'list',
  type: sample.type,
  values: [storedValue(sample, 0), storedValue(sample, 1)],
})

function storedValue({ type, values }: Sample, position: number): StoredValue {
  return toStored(type, values[position], 'value')
}

export const integers = samples.find(({ label }) => label === 'integer')!

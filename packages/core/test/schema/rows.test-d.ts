import { expectTypeOf, test } from 'vitest'
import type { ColumnExpression } from '../../src/expression/builder.js'
import {
  bigint,
  boolean,
  bytes,
  date,
  decimal,
  double,
  integer,
  json,
  text,
  timestamp,
  uuid,
} from '../../src/schema/columns.js'
import { table, tableFromDefinition } from '../../src/schema/table.js'
import type { InsertOf, KeyOf, PatchOf, RowOf, Table } from '../../src/schema/table.js'

interface Profile {
  tags: string[]
  nested?: { deep: number | null }
}

const people = table(
  'people',
  {
    id: integer().primaryKey().generated(),
    name: text(),
    state: text<'open' | 'closed'>().default('open'),
    email: text().nullable(),
    active: boolean(),
    points: bigint(),
    weight: double().nullable().default(70),
    balance: decimal(12, 2),
    photo: bytes(),
    born: date(),
    seen: timestamp().default('now'),
    exact: timestamp('us'),
    token: uuid().default('uuid'),
    profile: json<Profile>(),
    revision: integer().version(),
  },
  {
    indexes: [{ columns: ['name', 'born'] }, { name: 'people_email', columns: ['email'], unique: true }],
    checks: {
      weight: (row) => row.weight.gt(0),
      state: (row) => row.state.eq('open').or(row.email.isNotNull()),
    },
  },
)
const members = table(
  'members',
  { team: uuid(), person: integer(), role: text() },
  { primaryKey: ['team', 'person'] },
)
const marked = table('marked', { team: uuid().primaryKey(), person: integer().primaryKey(), role: text() })
const found = tableFromDefinition(people.definition)

test('a row is read with exact types, null only where the column is nullable', () => {
  expectTypeOf<RowOf<typeof people>>().toEqualTypeOf<{
    id: number
    name: string
    state: 'open' | 'closed'
    email: string | null
    active: boolean
    points: bigint
    weight: number | null
    balance: string
    photo: Uint8Array
    born: string
    seen: Date
    exact: bigint
    token: string
    profile: Profile
    revision: number
  }>()
})

test('an insert may leave out what is nullable, generated, a version or has a default', () => {
  expectTypeOf<InsertOf<typeof people>>().toEqualTypeOf<{
    id?: number | undefined
    name: string
    state?: 'open' | 'closed' | undefined
    email?: string | null | undefined
    active: boolean
    points: bigint
    weight?: number | null | undefined
    balance: string
    photo: Uint8Array
    born: string
    seen?: Date | undefined
    exact: bigint
    token?: string | undefined
    profile: Profile
    revision?: number | undefined
  }>()
})

test('a row that was read can be inserted', () => {
  expectTypeOf<RowOf<typeof people>>().toExtend<InsertOf<typeof people>>()
})

test('a patch holds neither key nor version', () => {
  expectTypeOf<PatchOf<typeof people>>().not.toHaveProperty('id')
  expectTypeOf<PatchOf<typeof people>>().not.toHaveProperty('revision')
  expectTypeOf<PatchOf<typeof people>['email']>().toEqualTypeOf<string | null | undefined>()
  expectTypeOf<PatchOf<typeof members>>().toEqualTypeOf<{ role?: string | undefined }>()
  expectTypeOf<PatchOf<typeof marked>>().toEqualTypeOf<{ role?: string | undefined }>()
})

test('a key is a value, or for several columns an object, or a tuple where their order is stated', () => {
  expectTypeOf<KeyOf<typeof people>>().toEqualTypeOf<number>()
  expectTypeOf<KeyOf<typeof marked>>().toEqualTypeOf<{ team: string; person: number }>()
  expectTypeOf<{ team: string; person: number }>().toExtend<KeyOf<typeof members>>()
  expectTypeOf<readonly [string, number]>().toExtend<KeyOf<typeof members>>()
  expectTypeOf<readonly [number, string]>().not.toExtend<KeyOf<typeof members>>()
  expectTypeOf<string>().not.toExtend<KeyOf<typeof members>>()
})

test('a table known at run time only has rows of unknown values', () => {
  expectTypeOf<RowOf<typeof found>>().toEqualTypeOf<{ [x: string]: unknown }>()
  expectTypeOf<{ anything: 1 }>().toExtend<InsertOf<typeof found>>()
  expectTypeOf<{ anything: 1 }>().toExtend<PatchOf<typeof found>>()
  expectTypeOf<KeyOf<typeof found>>().toBeUnknown()
})

test('every table is a Table', () => {
  expectTypeOf(people).toExtend<Table>()
  expectTypeOf(members).toExtend<Table>()
  expectTypeOf(marked).toExtend<Table>()
  expectTypeOf(found).toExtend<Table>()
})

test('a check sees the columns of the table, typed', () => {
  table(
    't',
    { id: integer().primaryKey(), note: text().nullable() },
    {
      checks: {
        columns: (row) => {
          expectTypeOf<keyof typeof row>().toEqualTypeOf<'id' | 'note'>()
          expectTypeOf(row.id).toEqualTypeOf<ColumnExpression<number, 'integer'>>()
          expectTypeOf(row.note).toEqualTypeOf<ColumnExpression<string | null, 'text'>>()
          return row.id.gt(0)
        },
      },
    },
  )
})

test('what does not fit is refused', () => {
  // @ts-expect-error a text is not generated
  text().generated()
  // @ts-expect-error a bigint is no version
  bigint().version()
  // @ts-expect-error a default is of the column's type
  integer().default('1')
  // @ts-expect-error 'now' is a time
  integer().default('now')
  // @ts-expect-error a number is no decimal
  decimal(4, 2).default(1.5)
  // @ts-expect-error a key names columns of the table
  table('t', { id: integer() }, { primaryKey: ['ip'] })
  // @ts-expect-error an index names columns of the table
  table('t', { id: integer().primaryKey() }, { indexes: [{ columns: ['ip'] }] })
  // @ts-expect-error a check is a condition
  table('t', { id: integer().primaryKey() }, { checks: { odd: (row) => row.id } })
  // @ts-expect-error a column is made by its function
  table('t', { id: 'integer' })
})

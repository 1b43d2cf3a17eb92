import { expect, test } from 'vitest'
import {
  bigint,
  boolean,
  decimal,
  integer,
  open,
  table,
  tableFromDefinition,
  text,
  timestamp,
} from '../../src/index.js'
import type { ColumnDefinition, TableDefinition } from '../../src/index.js'
import { codeOf, errorOf } from './errors.js'
import { TestEngine } from './test-engine.js'

const notes = table(
  'notes',
  {
    id: integer().primaryKey(),
    line: text().default(''),
    weight: decimal(6, 2).nullable(),
    at: timestamp(),
    tag: text().unique(),
  },
  { indexes: [{ columns: ['line', 'at'] }] },
)

const changed = (name: string, change: Partial<ColumnDefinition>): TableDefinition => ({
  ...notes.definition,
  columns: notes.definition.columns.map((column) =>
    column.name === name ? { ...column, ...change } : column,
  ),
})

test('creates what is missing, and is content with what is there', async () => {
  const engine = new TestEngine()
  await using db = await open(engine.backend())
  await db.ensure(notes)
  await db.ensure(notes)
  await Promise.all([
    db.ensure(table('raced', { id: integer().primaryKey() })),
    db.ensure(table('raced', { id: integer().primaryKey() })),
  ])
  expect((await db.tables()).map(({ name }) => name)).toEqual(['notes', 'raced'])
  expect(await codeOf(() => db.create(notes))).toBe('TABLE_EXISTS')
  expect(await codeOf(() => db.ensure(table('Notes', { id: integer().primaryKey() })))).toBe(
    'INVALID_ARGUMENT',
  )
  expect(await codeOf(() => db.create(table('Notes', { id: integer().primaryKey() })))).toBe(
    'INVALID_ARGUMENT',
  )
  await db.drop(notes)
  expect(await codeOf(() => db.drop('notes'))).toBe('UNKNOWN_TABLE')
  await db.drop(notes, { ifExists: true })
})

test('what core alone keeps is not compared', async () => {
  await using db = await open(new TestEngine().backend())
  await db.ensure(notes)
  await db.ensure(tableFromDefinition(changed('line', { default: { kind: 'value', value: 'other' } })))
  await db.ensure(
    tableFromDefinition({ ...notes.definition, columns: notes.definition.columns.toReversed() }),
  )
})

test('says which column differs and how', async () => {
  await using db = await open(new TestEngine().backend())
  await db.ensure(notes)
  const { definition } = notes
  const more = { name: 'more', type: { name: 'boolean' }, nullable: false } as const
  const differences: readonly (readonly [TableDefinition, column: string | undefined, message: string])[] = [
    [
      changed('line', { type: { name: 'integer' }, default: { kind: 'value', value: 0 } }),
      'line',
      'the column "line" is text, not integer',
    ],
    [
      changed('weight', { nullable: false }),
      'weight',
      '"weight" is decimal(6, 2) nullable, not decimal(6, 2)',
    ],
    [
      changed('weight', { type: { name: 'decimal', precision: 7, scale: 2 } }),
      'weight',
      'not decimal(7, 2) nullable',
    ],
    [
      changed('at', { type: { name: 'timestamp', unit: 'us' } }),
      'at',
      "is timestamp('ms'), not timestamp('us')",
    ],
    [changed('id', { generated: 'increment' }), 'id', 'is integer, not integer generated'],
    [{ ...definition, columns: [...definition.columns, more] }, 'more', 'the column "more" is missing'],
    [
      { ...definition, indexes: [], columns: definition.columns.filter(({ name }) => name !== 'tag') },
      'tag',
      'the column "tag" is there but not stated',
    ],
    [{ ...definition, primaryKey: ['tag'] }, undefined, 'the primary key is (id), not (tag)'],
    [{ ...definition, indexes: [] }, undefined, '(tag) is unique there but not stated to be'],
  ]
  for (const [different, column, message] of differences) {
    const error = await errorOf(() => db.ensure(tableFromDefinition(different)))
    expect([error.code, error.table, error.column]).toEqual(['SCHEMA_MISMATCH', 'notes', column])
    expect(error.message).toContain(message)
  }
})

test('an index that is missing is created where the engine can', async () => {
  const indexed = tableFromDefinition({
    ...notes.definition,
    indexes: [...notes.definition.indexes, { name: 'by_weight', columns: ['weight'], unique: false }],
  })
  await using plain = await open(new TestEngine().backend())
  await plain.ensure(notes)
  expect(await codeOf(() => plain.ensure(indexed))).toBe('SCHEMA_MISMATCH')

  const created: unknown[] = []
  const backend = new TestEngine().backend()
  const able = {
    ...backend,
    open: async (context: Parameters<typeof backend.open>[0]) => ({
      ...(await backend.open(context)),
      createIndex: (name: string, index: unknown) => void created.push([name, index]),
    }),
  }
  await using db = await open(able)
  await db.ensure(notes)
  await db.ensure(indexed)
  expect(created).toEqual([['notes', { name: 'by_weight', columns: ['weight'], unique: false }]])
})

test('what is no table is refused', async () => {
  await using db = await open(new TestEngine().backend())
  const forged = { definition: { ...notes.definition, name: 'sqlite_master' } }
  const hostile = new Proxy(
    {},
    {
      get: () => {
        throw new Error('no')
      },
    },
  )
  for (const given of [5, null, {}, { definition: 5 }, { definition: {} }, forged, hostile]) {
    expect(await codeOf(() => db.ensure(given as never))).toBe('INVALID_ARGUMENT')
    expect(await codeOf(() => db.table(given as never))).toBe('INVALID_ARGUMENT')
  }
})

test('a table found on the engine can be used as one that is declared', async () => {
  await using db = await open(new TestEngine().backend())
  const ledger = table('ledger', {
    id: bigint().primaryKey().generated(),
    paid: boolean(),
    sum: decimal(9, 2),
  })
  await db.ensure(ledger)
  const found = await db.table<{ id: bigint; paid: boolean; sum: string }>('ledger')
  expect((await found.insert([{ paid: true, sum: '1' }])).keys).toEqual([1n])
  const row: { id: bigint; paid: boolean; sum: string } | undefined = await found.get(1n)
  expect(row).toEqual({ id: 1n, paid: true, sum: '1.00' })
  expect(await found.where((r) => r.sum.eq('1')).count()).toBe(1)
})

test('definitions that say the same are compared with the engine once, those that differ each time', async () => {
  let asked = 0
  const backend = new TestEngine().backend()
  const counting = {
    ...backend,
    open: async (context: Parameters<typeof backend.open>[0]) => {
      const engine = await backend.open(context)
      const tables = () => {
        asked++
        return engine.tables()
      }
      return { ...engine, tables }
    },
  }
  await using db = await open(counting)
  await db.ensure(notes)
  asked = 0
  const again = () => db.table(tableFromDefinition({ ...notes.definition }))
  for (let round = 0; round < 3; round++) expect(await again().count()).toBe(0)
  expect(asked).toBe(0)
  const other = db.table(tableFromDefinition(changed('line', { nullable: true })))
  for (const call of [() => other.count(), () => other.all(), () => other.get(1)])
    expect(await codeOf(call)).toBe('SCHEMA_MISMATCH')
  expect(asked).toBe(3)
  expect(await again().count()).toBe(0)
  expect(asked).toBe(3)
})

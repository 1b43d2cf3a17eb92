import type { Database } from '../../../database/database-types.js'
import { tableFromDefinition } from '../../../schema/table.js'
import type { IndexDefinition, TableDefinition } from '../../../schema/types.js'
import type { Bench } from '../../bench.js'
import { definitionExamples } from '../../examples/definitions.js'
import { describeType, everyType } from '../../generate/types.js'
import { randomTable, withoutDuplicates } from '../../generate/tables.js'
import { fixedProperty, randomProperty } from '../../property.js'
import { shrinkTable } from '../../generate/shrink/tables.js'
import type { TableCase } from '../../generate/tables.js'
import { disagree } from '../../report/disagreement.js'
import { expectRefusal, expectRows, expectSame } from '../../report/expect.js'
import { printTable } from '../../report/script.js'
import { handleOf } from '../../untyped.js'
import type { AnyHandle } from '../../untyped.js'
import { userRow } from '../../user-row.js'
import { createItems, item, items } from '../items.js'

/** Tables are created, found as they were declared, compared and dropped. */
export const catalogHolds = fixedProperty({
  name: 'life/catalog',
  rules: ['WRITE-9'],
  cases: [
    { name: 'ensure creates once and verifies afterwards', check: ensureTwice },
    { name: 'create refuses a table that is there', check: createTwice },
    { name: 'ensure tells what differs', check: ensureDiffers },
    { name: 'a definition is compared at its first use', check: firstUse },
    { name: 'drop removes rows and definition', check: dropRemoves },
    { name: 'what is asked of a missing table', check: missingTable },
    { name: 'names differ by more than case', rules: ['WRITE-9'], check: caseOfNames },
    { name: 'names that no engine may have', rules: ['WRITE-9'], check: reservedNames },
    { name: 'a table found by its name is the table', check: foundByName },
    { name: 'stats count the rows', check: statsCount },
  ],
})

/** A definition comes back from the engine as it was given, also after opening again; so do the rows. */
export const definitionsComeBack = randomProperty<TableCase>({
  name: 'life/definitions',
  rules: ['TYPE-11'],
  weight: 0.4,
  floor: 0.5,
  make: (dice) => randomTable(dice, 't0', { rows: [0, 8] }),
  examples: definitionExamples,
  reduce: shrinkTable,
  print: printTable,
  check: async (bench, { definition, rows }) => {
    const database = await bench.shared()
    await database.ensure(tableFromDefinition(definition))
    await handleOf(database, definition).insert(rows.map((row) => userRow(definition, row)))
    await expectDefinition(database, definition)
    const stored = await handleOf(database, definition).all()
    expectSame('the number of rows', stored.length, withoutDuplicates(definition, rows).length)
    bench.tally.add(rows.length > 0)
    const reopened = await bench.reopenShared()
    if (reopened === undefined) return
    await expectDefinition(reopened, definition)
    await reopened.ensure(tableFromDefinition(definition))
    expectRows('the rows after opening again', await handleOf(reopened, definition).all(), stored)
    await reopened.drop(definition.name)
    bench.tally.see('opened again')
  },
})

async function expectDefinition(database: Database, definition: TableDefinition): Promise<void> {
  const tables = await database.tables()
  expectSame(
    'the names of the tables',
    tables.map(({ name }) => name),
    [definition.name],
  )
  const [found] = tables
  if (found === undefined) return disagree('the table', undefined, definition.name)
  expectSame('the primary key', found.primaryKey, definition.primaryKey)
  const columns = (table: TableDefinition): string[] =>
    table.columns.map(
      ({ name, type, nullable }) => `${name} ${describeType(type)}${nullable ? ' nullable' : ''}`,
    )
  expectSame('the columns', columns(found), columns(definition))
  const indexes = (table: TableDefinition): string[] => table.indexes.map(describeIndex).sort()
  expectSame('the indexes', indexes(found), indexes(definition))
}

function describeIndex({ name, columns, unique }: IndexDefinition): string {
  return `${name} of ${columns.join(', ')}${unique ? ', unique' : ''}`
}

async function ensureTwice(bench: Bench): Promise<void> {
  const database = await bench.open()
  await createItems(database, [item(1)])
  const table = await createItems(database, [])
  expectRows('the rows after the second ensure', await table.all(), [item(1)])
  const every: TableDefinition = {
    name: 'every',
    columns: everyType.map((type, index) => ({ name: `c${index}`, type, nullable: index !== 1 })),
    primaryKey: ['c1'],
    indexes: [],
    checks: [],
  }
  await database.ensure(tableFromDefinition(every))
  await database.ensure(tableFromDefinition(every))
  await bench.close(database)
}

async function createTwice(bench: Bench): Promise<void> {
  const database = await bench.open()
  await database.create(tableFromDefinition(items))
  await handleOf(database, items).insert(item(1))
  const error = await expectRefusal('create', 'TABLE_EXISTS', () =>
    database.create(tableFromDefinition(items)),
  )
  expectSame('the table that the error names', error.table, items.name)
  expectRows('the rows afterwards', await handleOf(database, items).all(), [item(1)])
  await bench.close(database)
}

async function ensureDiffers(bench: Bench): Promise<void> {
  const database = await bench.open()
  await createItems(database, [item(1)])
  const without = items.columns.filter(({ name }) => name !== 'amount')
  const retyped = items.columns.map((column) =>
    column.name === 'amount' ? { ...column, type: { name: 'double' as const } } : column,
  )
  const strict = items.columns.map((column) =>
    column.name === 'amount' ? { ...column, nullable: false } : column,
  )
  const wider = [...items.columns, { name: 'more', type: { name: 'text' as const }, nullable: true }]
  for (const columns of [without, retyped, strict, wider]) {
    const other = { ...items, columns, checks: [] }
    await expectRefusal('ensure of another definition', 'SCHEMA_MISMATCH', () =>
      database.ensure(tableFromDefinition(other)),
    )
  }
  const rekeyed = { ...items, primaryKey: ['id', 'label'] }
  await expectRefusal('ensure with another key', 'SCHEMA_MISMATCH', () =>
    database.ensure(tableFromDefinition(rekeyed)),
  )
  expectRows('the rows afterwards', await handleOf(database, items).all(), [item(1)])
  await bench.close(database)
}

/** A handle that was never given to `ensure`: engines trust definitions, and would misread what they hold. */
async function firstUse(bench: Bench): Promise<void> {
  const backend = bench.subject.backend()
  const database = await bench.open({}, backend)
  await createItems(database, [item(1)])
  const retyped: TableDefinition = {
    ...items,
    columns: items.columns.map((column) =>
      column.name === 'label' ? { ...column, type: { name: 'boolean' as const } } : column,
    ),
    checks: [],
  }
  const fresh = (): AnyHandle => handleOf(database, { ...retyped })
  const row = { id: 2, label: true }
  const calls: readonly (readonly [string, (table: AnyHandle) => unknown])[] = [
    ['get', (table) => table.get(1)],
    ['getMany', (table) => table.getMany([1])],
    ['has', (table) => table.has(1)],
    ['insert', (table) => table.insert(row)],
    ['put', (table) => table.put(row)],
    ['patch', (table) => table.patch(1, { label: true })],
    ['patchMany', (table) => table.patchMany([{ key: 1, set: { label: true } }])],
    ['delete', (table) => table.delete(1)],
    ['clear', (table) => table.clear()],
    [
      'update',
      (table) =>
        table
          .query()
          .where((row) => row['id']!.eq(1))
          .update({ label: true }),
    ],
    ['all', (table) => table.all()],
    ['count', (table) => table.count()],
    ['page', (table) => table.page({ size: 1 })],
    ['explain', (table) => table.explain()],
    ['stream', (table) => Array.fromAsync(table.stream())],
    ['a query from data', (table) => database.query(table.toJSON()).all()],
    [
      'a call in a transaction',
      (table) => database.transaction(async (inside) => handleOf(inside, { ...table.definition }).get(1)),
    ],
  ]
  for (const [name, use] of calls) {
    const error = await expectRefusal(name, 'SCHEMA_MISMATCH', () => use(fresh()))
    expectSame(
      `the place that the error of ${name} names`,
      [error.table, error.column],
      [items.name, 'label'],
    )
  }
  const known = handleOf(database, items)
  expectRows('the rows afterwards', await known.all(), [item(1)])
  await known.insert(item(2))
  await database.drop(items.name)
  await database.create(tableFromDefinition(retyped))
  await expectRefusal('get after another table came', 'SCHEMA_MISMATCH', () => known.get(1))
  await fresh().insert(row)
  expectSame('the rows of the new table', await fresh().count(), 1)
  await bench.close(database)
}

async function dropRemoves(bench: Bench): Promise<void> {
  const database = await bench.open()
  const table = await createItems(database, [item(1)])
  await database.drop(items.name)
  expectSame('the tables', await database.tables(), [])
  await expectRefusal('a read of the dropped table', 'UNKNOWN_TABLE', () => table.all())
  await expectRefusal('drop of a missing table', 'UNKNOWN_TABLE', () => database.drop(items.name))
  await database.drop(items.name, { ifExists: true })
  const again = await createItems(database, [])
  expectRows('the rows of a table created again', await again.all(), [])
  await again.insert(item(1))
  await bench.close(database)
}

async function missingTable(bench: Bench): Promise<void> {
  const database = await bench.open()
  const table = handleOf(database, items)
  const calls: readonly (() => unknown)[] = [
    () => table.get(1),
    () => table.getMany([1]),
    () => table.insert(item(1)),
    () => table.put(item(1)),
    () => table.patch(1, { label: 'x' }),
    () => table.delete(1),
    () => table.all(),
    () => table.count(),
    () => Array.fromAsync(table.stream()),
    () => database.table(items.name),
  ]
  for (const call of calls) {
    const error = await expectRefusal('a call on a missing table', 'UNKNOWN_TABLE', call)
    expectSame('the table that the error names', error.table, items.name)
  }
  expectSame('the tables', await database.tables(), [])
  await bench.close(database)
}

async function caseOfNames(bench: Bench): Promise<void> {
  const database = await bench.open()
  await createItems(database, [item(1)])
  const upper = { ...items, name: 'ITEMS', indexes: [], checks: [] }
  await expectRefusal(
    'a table that differs in case',
    ['TABLE_EXISTS', 'INVALID_ARGUMENT', 'SCHEMA_MISMATCH'],
    () => database.ensure(tableFromDefinition(upper)),
  )
  expectRows('the rows afterwards', await handleOf(database, items).all(), [item(1)])
  await bench.close(database)
}

const badNames: readonly string[] = [
  '',
  ' ',
  '1a',
  'a-b',
  'a b',
  'a.b',
  'a"b',
  "a'; DROP TABLE items; --",
  '\u00e9',
  'a\u0000',
  '$0',
  'n'.repeat(64),
  'sqlite_master',
  'SQLITE_x',
  'holdfast_x',
  'rowid',
  'OID',
  '_rowid_',
  'ctid',
  'xmin',
  'tableoid',
  '__proto__',
]

async function reservedNames(bench: Bench): Promise<void> {
  const database = await bench.shared()
  for (const name of badNames) {
    const create = (definition: TableDefinition) => async (): Promise<void> =>
      database.create(tableFromDefinition(definition))
    const what = JSON.stringify(name)
    await expectRefusal(`the table ${what}`, 'INVALID_ARGUMENT', create({ ...items, name, indexes: [] }))
    const column = { name, type: { name: 'text' as const }, nullable: true }
    const columns = [...items.columns, column]
    await expectRefusal(`the column ${what}`, 'INVALID_ARGUMENT', create({ ...items, columns, indexes: [] }))
    const indexes = [{ name, columns: ['label'], unique: false }]
    await expectRefusal(`the index ${what}`, 'INVALID_ARGUMENT', create({ ...items, indexes }))
  }
  const twice = [...items.columns, { name: 'LABEL', type: { name: 'text' as const }, nullable: true }]
  await expectRefusal('two columns that differ in case', 'INVALID_ARGUMENT', async () =>
    database.create(tableFromDefinition({ ...items, columns: twice, indexes: [] })),
  )
  expectSame('the tables', await database.tables(), [])
}

async function foundByName(bench: Bench): Promise<void> {
  const database = await bench.open()
  await createItems(database, [item(1), item(2)])
  const found = await database.table(items.name)
  expectRows('the rows', await found.all(), [item(1), item(2)])
  expectSame('a row', await found.get(2), item(2))
  expectSame('the name', found.name, items.name)
  expectSame('the key', found.definition.primaryKey, items.primaryKey)
  await bench.close(database)
}

async function statsCount(bench: Bench): Promise<void> {
  const database = await bench.open()
  await createItems(database, [item(1), item(2)])
  const { tables } = await database.stats()
  expectSame(
    'the tables and their rows',
    tables.map(({ name, rows }) => [name, rows]),
    [[items.name, 2]],
  )
  await bench.close(database)
}

import type { Database } from '../../../database/database-types.js'
import { open } from '../../../database/open.js'
import { tableFromDefinition } from '../../../schema/table.js'
import { handleOf } from '../../untyped.js'
import type { AnyHandle } from '../../untyped.js'
import { item, items } from '../items.js'

/** A place where a caller could pass garbage. */
export interface Target {
  readonly name: string
  /** Whether nothing can be changed by it. */
  readonly reads?: boolean
  readonly call: (database: Database, garbage: unknown) => unknown
}

/** The handle with every parameter taking anything, as plain JavaScript may pass it. */
type Loose = {
  readonly [Name in keyof AnyHandle]: AnyHandle[Name] extends (...inputs: never[]) => infer Result
    ? (...inputs: unknown[]) => Result
    : AnyHandle[Name]
}

function ofTable(name: string, call: (table: Loose, garbage: unknown) => unknown): Target {
  return {
    name: `table.${name}`,
    call: (database, garbage) => call(handleOf(database, items) as unknown as Loose, garbage),
  }
}

type LooseDatabase = {
  readonly [Name in keyof Database]: Database[Name] extends (...inputs: never[]) => unknown
    ? (...inputs: unknown[]) => unknown
    : Database[Name]
}

function ofDatabase(name: string, call: (database: LooseDatabase, garbage: unknown) => unknown): Target {
  return {
    name: `db.${name}`,
    call: (database, garbage) => call(database as unknown as LooseDatabase, garbage),
  }
}

const columnNames = items.columns.map(({ name }) => name)

/** Calls that may change something. */
const changing: readonly Target[] = [
  ofTable('insert(garbage)', (table, value) => table.insert(value)),
  ofTable('insert([row, garbage])', (table, value) => table.insert([item(5), value])),
  ofTable('insert(row, garbage)', (table, value) => table.insert(item(5), value)),
  ofTable('insert(row, { onConflict: garbage })', (table, value) =>
    table.insert(item(1), { onConflict: value }),
  ),
  ofTable('load(garbage)', (table, value) => table.load(value)),
  ofTable('load([row, garbage], { batchSize: 1 })', (table, value) =>
    table.load([item(5), value], { batchSize: 1 }),
  ),
  ofTable('load(row, { batchSize: garbage })', (table, value) => table.load(item(1), { batchSize: value })),
  ofTable('insert(row, { garbage })', (table, value) => table.insert(item(5), { [loosely(value)]: 1 })),
  ofTable('put(garbage)', (table, value) => table.put(value)),
  ofTable('put([row, garbage])', (table, value) => table.put([item(1, { label: 'spoilt' }), value])),
  ...columnNames.flatMap((column) => [
    ofTable(`insert({ ${column}: garbage })`, (table, value) =>
      table.insert([item(5), { ...item(6), [column]: value }]),
    ),
    ofTable(`put({ ${column}: garbage })`, (table, value) =>
      table.put([item(1, { label: 'spoilt' }), { ...item(6), [column]: value }]),
    ),
    ofTable(`patch(1, { ${column}: garbage })`, (table, value) => table.patch(1, { [column]: value })),
  ]),
  ofTable('insert({ garbage: 1 })', (table, value) => table.insert({ ...item(5), [loosely(value)]: 1 })),
  ofTable('patch(garbage, {})', (table, value) => table.patch(value, { label: 'spoilt' })),
  ofTable('patch(1, garbage)', (table, value) => table.patch(1, value)),
  ofTable('patch(1, {}, garbage)', (table, value) => table.patch(1, { label: 'spoilt' }, value)),
  ofTable('patch(1, {}, { version: garbage })', (table, value) =>
    table.patch(1, { label: 'spoilt' }, { version: value }),
  ),
  ofTable('patchMany(garbage)', (table, value) => table.patchMany(value)),
  ofTable('patchMany([patch, garbage])', (table, value) =>
    table.patchMany([{ key: 1, set: { label: 'spoilt' } }, value]),
  ),
  ofTable('delete(garbage)', (table, value) => table.delete(value)),
  ofTable('delete(1, garbage)', (table, value) => table.delete(1, value)),
  ofTable('deleteMany(garbage)', (table, value) => table.deleteMany(value)),
  ofTable('deleteMany([1, garbage])', (table, value) => table.deleteMany([1, value])),
  ofTable('clear(garbage)', (table, value) => table.clear(value)),
  ofTable('where(() => garbage).delete()', (table, value) =>
    (table.where(() => value) as { delete: () => unknown }).delete(),
  ),
  ofTable('update(garbage)', (table, value) =>
    (table.query() as unknown as { update: (value: unknown) => unknown }).update(value),
  ),
  ofTable('update({ label: garbage })', (table, value) =>
    (table.query() as unknown as { update: (value: unknown) => unknown }).update({ label: value }),
  ),
  ofDatabase('ensure(garbage)', (database, value) => database.ensure(value)),
  ofDatabase('ensure({ definition: garbage })', (database, value) => database.ensure({ definition: value })),
  ofDatabase('create(garbage)', (database, value) => database.create(value)),
  ofDatabase('create of a name that is garbage', (database, value) =>
    database.create({ definition: { ...items, name: value } }),
  ),
  ofDatabase('create with a column that is garbage', (database, value) =>
    database.create({ definition: { ...items, name: 'more', columns: [value] } }),
  ),
  ofDatabase('drop(garbage)', (database, value) => database.drop(value)),
  ofDatabase('drop(items, garbage)', (database, value) => database.drop('no_such_table', value)),
  ofDatabase('transaction(garbage)', (database, value) => database.transaction(value)),
  ofDatabase('transaction(work, garbage)', (database, value) => database.transaction(async () => 1, value)),
  ofDatabase('transaction(work, { retry: garbage })', (database, value) =>
    database.transaction(async () => 1, { retry: value }),
  ),
  ofDatabase('sql`SELECT ${garbage}`', (database, value) =>
    database.sql(Object.assign(['SELECT ', ' AS x'], { raw: ['SELECT ', ' AS x'] }), value),
  ),
  ofDatabase('sql(garbage)', (database, value) => database.sql(value)),
]

/** Calls that can only read. */
const reading: readonly Target[] = [
  ofTable('get(garbage)', (table, value) => table.get(value)),
  ofTable('get(1, garbage)', (table, value) => table.get(1, value)),
  ofTable('getMany(garbage)', (table, value) => table.getMany(value)),
  ofTable('getMany([garbage])', (table, value) => table.getMany([1, value])),
  ofTable('has(garbage)', (table, value) => table.has(value)),
  ofTable('require(garbage)', (table, value) => table.require(value)),
  ...columnNames.flatMap((column) => [
    ofTable(`where(${column}.eq(garbage))`, (table, value) =>
      table.where((row: Record<string, { eq: (value: unknown) => unknown }>) => row[column]?.eq(value)).all(),
    ),
    ofTable(`where(${column}.in(garbage))`, (table, value) =>
      table.where((row: Record<string, { in: (value: unknown) => unknown }>) => row[column]?.in(value)).all(),
    ),
  ]),
  ofTable('all(garbage)', (table, value) => table.all(value)),
  ofTable('all({ signal: garbage })', (table, value) => table.all({ signal: value })),
  ofTable('stream(garbage)', (table, value) => Array.fromAsync(table.stream(value))),
  ofTable('page(garbage)', (table, value) => table.page(value)),
  ofTable('page({ size: garbage })', (table, value) => table.page({ size: value })),
  ofTable('page({ after: garbage })', (table, value) => table.page({ size: 1, after: value })),
  ofTable('limit(garbage)', (table, value) => table.limit(value).all()),
  ofTable('offset(garbage)', (table, value) => table.offset(value).all()),
  ofTable('where(garbage)', (table, value) => table.where(value).all()),
  ofTable('where(() => garbage)', (table, value) => table.where(() => value).all()),
  ofTable('select(garbage)', (table, value) => table.select(value).all()),
  ofTable('select(() => garbage)', (table, value) => table.select(() => value).all()),
  ofTable('select(() => ({ x: garbage }))', (table, value) => table.select(() => ({ x: value })).all()),
  ofTable('select(() => ({ garbage: column }))', (table, value) =>
    table.select((row: Record<string, unknown>) => ({ [loosely(value)]: row['id'] })).all(),
  ),
  ofTable('orderBy(garbage)', (table, value) => table.orderBy(value).all()),
  ofTable('orderBy(() => garbage)', (table, value) => table.orderBy(() => value).all()),
  ofTable('groupBy(garbage)', (table, value) =>
    table
      .groupBy(value)
      .select(() => ({}) as never)
      .all(),
  ),
  ofTable('groupBy(() => garbage)', (table, value) =>
    table
      .groupBy(() => value)
      .select(() => ({}) as never)
      .all(),
  ),
  ofTable('join(garbage)', (table, value) => table.join(value, () => value).all()),
  ofTable('leftJoin(table, garbage)', (table, value) => table.leftJoin(table, value).all()),
  ofTable('search(garbage)', (table, value) => table.search(value, value)),
  ofTable('search(columns, garbage)', (table, value) => table.search(['label'], value)),
  ofTable('explain(garbage)', (table, value) => table.explain(value)),
  ofDatabase('table(garbage)', (database, value) => database.table(value)),
  ofDatabase('tableFromDefinition(garbage)', (_database, value) => tableFromDefinition(value as never)),
  ofDatabase('tables(garbage)', (database, value) => database.tables(value)),
  ofDatabase('stats(garbage)', (database, value) => database.stats(value)),
  ofDatabase('query(garbage)', (database, value) => (database.query(value) as { all: () => unknown }).all()),
  ofDatabase('open(garbage)', (_database, value) => open(value as never)),
]

/** Every parameter of every public verb, and every value inside a row. */
export const targets: readonly Target[] = [
  ...changing,
  ...reading.map((target) => ({ ...target, reads: true })),
]

/** Garbage as the name of a property; what cannot be one is no name. */
function loosely(value: unknown): string {
  return typeof value === 'string' ? value : typeof value
}

import type { Database } from '../../../database/database-types.js'
import { tableFromDefinition } from '../../../schema/table.js'
import { handleOf } from '../../untyped.js'
import { below, item, items } from '../items.js'

/** A public verb as the laws about all verbs use it. */
export interface Verb {
  readonly name: string
  readonly call: (database: Database, signal?: AbortSignal) => unknown
  /** Whether it takes a signal. */
  readonly abortable: boolean
  /** Whether it would change something. */
  readonly changes: boolean
}

type TableCall = (table: ReturnType<typeof handleOf>, options: { readonly signal?: AbortSignal }) => unknown

function ofTable(name: string, changes: boolean, call: TableCall): Verb {
  return {
    name,
    changes,
    abortable: true,
    call: (database, signal) => call(handleOf(database, items), signal === undefined ? {} : { signal }),
  }
}

function ofDatabase(name: string, abortable: boolean, changes: boolean, call: Verb['call']): Verb {
  return { name, abortable, changes, call }
}

const optionsOf = (signal: AbortSignal | undefined): { readonly signal?: AbortSignal } =>
  signal === undefined ? {} : { signal }

/** Every verb of a database, a table and a query. */
export const verbs: readonly Verb[] = [
  ofTable('get', false, (table, options) => table.get(1, options)),
  ofTable('getMany', false, (table, options) => table.getMany([1], options)),
  ofTable('has', false, (table, options) => table.has(1, options)),
  ofTable('require', false, (table, options) => table.require(1, options)),
  ofTable('insert', true, (table, options) => table.insert(item(2), options)),
  ofTable('put', true, (table, options) => table.put(item(2), options)),
  ofTable('patch', true, (table, options) => table.patch(1, { label: 'x' }, options)),
  ofTable('patchMany', true, (table, options) => table.patchMany([{ key: 1, set: { label: 'x' } }], options)),
  ofTable('delete', true, (table, options) => table.delete(1, options)),
  ofTable('deleteMany', true, (table, options) => table.deleteMany([1], options)),
  ofTable('clear', true, (table, options) => table.clear(options)),
  ofTable('all', false, (table, options) => table.all(options)),
  ofTable('first', false, (table, options) => table.first(options)),
  ofTable('one', false, (table, options) => table.one(options)),
  ofTable('stream', false, (table, options) => Array.fromAsync(table.stream(options))),
  ofTable('batches', false, (table, options) => Array.fromAsync(table.batches(options))),
  ofTable('page', false, (table, options) => table.page({ size: 1, ...options })),
  ofTable('count', false, (table, options) => table.count(options)),
  ofTable('exists', false, (table, options) => table.exists(options)),
  ofTable('run', false, (table, options) => table.run(options)),
  ofTable('explain', false, (table, options) => table.explain(options)),
  ofTable('explain with analyze', false, (table, options) => table.explain({ analyze: true, ...options })),
  ofDatabase('update', true, true, (database, signal) =>
    below(database, 9).update({ label: 'x' }, optionsOf(signal)),
  ),
  ofDatabase('delete by condition', true, true, (database, signal) =>
    below(database, 9).delete(optionsOf(signal)),
  ),
  ofDatabase('ensure', true, false, (database, signal) =>
    database.ensure(tableFromDefinition(items), optionsOf(signal)),
  ),
  ofDatabase('create', true, true, (database, signal) =>
    database.create(tableFromDefinition({ ...items, name: 'others', indexes: [] }), optionsOf(signal)),
  ),
  ofDatabase('drop', true, true, (database, signal) => database.drop(items.name, optionsOf(signal))),
  ofDatabase('tables', true, false, (database, signal) => database.tables(optionsOf(signal))),
  ofDatabase('stats', true, false, (database, signal) => database.stats(optionsOf(signal))),
  ofDatabase('table by name', false, false, (database) => database.table(items.name)),
  ofDatabase('transaction', true, false, (database, signal) =>
    database.transaction(async () => 1, optionsOf(signal)),
  ),
  ofDatabase('sql', false, false, (database) => database.sql`select 1`),
]

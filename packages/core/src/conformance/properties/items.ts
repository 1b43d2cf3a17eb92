import type { Database } from '../../database/database-types.js'
import { call } from '../generate/expressions/call.js'
import type { Expression } from '../../expression/types.js'
import type { TableDefinition } from '../../schema/types.js'
import { tableFromDefinition } from '../../schema/table.js'
import type { Bench } from '../bench.js'
import { matching } from '../model/real.js'
import { handleOf } from '../untyped.js'
import type { AnyHandle, AnyQuery } from '../untyped.js'

/** A plain table for the laws that are not about values. */
export const items: TableDefinition = {
  name: 'items',
  columns: [
    { name: 'id', type: { name: 'integer' }, nullable: false },
    { name: 'label', type: { name: 'text' }, nullable: false },
    { name: 'amount', type: { name: 'integer' }, nullable: true },
    { name: 'code', type: { name: 'text' }, nullable: true },
    { name: 'edition', type: { name: 'integer' }, nullable: false, version: true },
  ],
  primaryKey: ['id'],
  indexes: [{ name: 'items_code', columns: ['code'], unique: true }],
  checks: [
    {
      name: 'amount_is_not_negative',
      condition: call('greaterOrEqual', [
        { kind: 'column', name: 'amount' },
        { kind: 'literal', type: { name: 'integer' }, value: 0 },
      ]),
    },
  ],
}

export interface Item extends Record<string, unknown> {
  readonly id: number
  readonly label: string
  readonly amount: number | null
  readonly code: string | null
  readonly edition: number
}

/** A row as it is read: version 1, the label `i<id>`. */
export function item(id: number, rest: Partial<Item> = {}): Item {
  return { id, label: `i${id}`, amount: id, code: null, edition: 1, ...rest }
}

/** `count` rows with the keys from `first` on. */
export function itemsFrom(first: number, count: number): Item[] {
  return Array.from({ length: count }, (_, index) => item(first + index))
}

/** Does the work in the shared database with the table filled, and drops it afterwards. */
export async function withItems(
  bench: Bench,
  rows: readonly Item[],
  work: (database: Database, table: AnyHandle) => Promise<void>,
): Promise<void> {
  const database = await bench.shared()
  const table = await createItems(database, rows)
  await work(database, table)
  await database.drop(items.name)
}

export async function createItems(
  database: Database,
  rows: readonly Item[],
  definition: TableDefinition = items,
): Promise<AnyHandle> {
  await database.ensure(tableFromDefinition(definition))
  const table = handleOf(database, definition)
  if (rows.length > 0) await table.insert(rows)
  return table
}

/** The condition `amount < bound`. */
export function amountBelow(bound: number): Expression {
  return call('lessThan', [
    { kind: 'column', name: 'amount' },
    { kind: 'literal', type: { name: 'integer' }, value: bound },
  ])
}

/** The query of the rows with `amount < bound`. */
export function below(database: Parameters<typeof matching>[0], bound: number): AnyQuery {
  return matching(database, items, amountBelow(bound))
}

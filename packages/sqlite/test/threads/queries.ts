import { count, sum } from '@holdfast/core'
import type { Database, RowStream } from '@holdfast/core'
import { items } from '../databases.js'

/** What can be asked of a query of rows of any kind. */
export interface AnyQuery {
  all(options?: { readonly signal?: AbortSignal }): Promise<object[]>
  stream(): RowStream<object>
}

export const grouped = (database: Database): AnyQuery =>
  database
    .table(items)
    .groupBy((row) => ({ first: row.name.substring(0, 1) }))
    .select((row) => ({ first: row.name.substring(0, 1), total: sum(row.id), rows: count() }))

/** All rows, by a condition. */
export const named = (database: Database): AnyQuery =>
  database.table(items).where((row) => row.name.startsWith('item'))

/** Each row with each other one: for as long as `rows` asks for. */
export const pairs = (database: Database): AnyQuery =>
  database
    .table(items)
    .join(database.table(items), (left, right) => left.name.ne(right.name))
    .select((left, right) => ({ total: sum(left.id.add(right.id)) }))

export async function remaining(iterator: AsyncIterator<unknown>): Promise<number> {
  let rows = 0
  for (let next = await iterator.next(); next.done !== true; next = await iterator.next()) rows++
  return rows
}

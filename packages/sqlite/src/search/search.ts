import { HoldfastError } from '@holdfast/core/backend'
import type { Key, MaybePromise, Search } from '@holdfast/core/backend'
import type { Access } from '../access.js'
import { rowForm } from '../codec.js'
import type { Connection } from '../connection.js'
import { guarded } from '../errors.js'
import { layoutOf } from '../layout.js'
import type { Queries } from '../queries.js'
import type { Writing } from '../writing.js'
import { matchQuery } from './match-query.js'
import { createTextIndex, hasTextIndex, searchSql, textIndexOf } from './text-index.js'
import type { TextIndex } from './text-index.js'

/** Finds the keys of rows by their texts, best first. The first search of some columns makes their index. */
export function searchKeys(
  { table, columns, query, limit }: Search,
  access: Access,
  makeIndex: (index: TextIndex) => Promise<void>,
  queries: Queries,
): MaybePromise<readonly Key[]> {
  if (table.primaryKey.length === 0) {
    throw new HoldfastError(
      'UNSUPPORTED',
      `The table "${table.name}" has no key by which rows could be found.`,
      {
        table: table.name,
      },
    )
  }
  const match = matchQuery(query)
  if (match === undefined) return []
  const index = textIndexOf(table, columns, queries.rowidKeyOf(table))
  const find = (connection: Connection) => findKeys(connection, index, match, limit)
  const keys = access.read(find)
  const next = (found: readonly Key[] | undefined): MaybePromise<readonly Key[]> =>
    found ??
    makeIndex(index)
      .then(() => access.read(find))
      .then((made) => made ?? [])
  return keys instanceof Promise ? keys.then(next) : next(keys)
}

/** Makes the index, unless it is there. */
export async function makeTextIndex(index: TextIndex, writing: Writing): Promise<void> {
  await writing.whole((connection) => {
    // Somebody else may have made it meanwhile.
    if (!hasTextIndex(connection.database, index))
      guarded(() => createTextIndex(connection, index), { table: index.table.name })
  })
}

/** Undefined where there is no index yet. */
function findKeys(
  connection: Connection,
  index: TextIndex,
  match: string,
  limit: number,
): readonly Key[] | undefined {
  const { table } = index
  if (!hasTextIndex(connection.database, index)) return undefined
  const { column, keyOf } = layoutOf(table)
  const { wide, decode } = rowForm(table.primaryKey.map(column))
  const sql = searchSql(index)
  const rows = guarded(() => connection.all(sql, wide, [match, BigInt(limit)]))
  return rows.map((row) => keyOf(decode === undefined ? row : decode(row)))
}

import { versionMismatch } from '@holdfast/core/backend'
import type { Key, PatchChange, StoredRow } from '@holdfast/core/backend'
import { quoteIdentifier as quote } from '@holdfast/sql'
import { bindValue } from '../codec.js'
import type { Connection } from '../connection.js'
import { layoutOf } from '../layout.js'
import type { TableLayout } from '../layout.js'
import type { Steps } from '../steps.js'
import type { Outcome } from './insert.js'
import { violation } from './refusal.js'

export function* patchRows(connection: Connection, { table, patches }: PatchChange): Steps<Outcome> {
  const layout = layoutOf(table)
  let count = 0
  for (const [index, { key, set, version }] of patches.entries()) {
    if (index > 0) yield
    if (version !== undefined && layout.version === undefined) throw versionMismatch(table, key)
    const changes = patchRow(connection, layout, key, set, version)
    if (changes === 0 && version !== undefined) throw versionMismatch(table, key)
    count += changes
  }
  return { count }
}

function patchRow(
  connection: Connection,
  layout: TableLayout,
  key: Key,
  set: StoredRow,
  version: number | undefined,
): number {
  const names = Object.keys(set)
  const assignments = names.map((name) => `${quote(name)} = ?`)
  if (layout.version !== undefined) {
    assignments.push(`${quote(layout.version.name)} = ${quote(layout.version.name)} + 1`)
  }
  // Nothing to set: the row must be found all the same.
  if (assignments.length === 0) {
    const [name] = layout.table.primaryKey.map(quote)
    assignments.push(`${name!} = ${name!}`)
  }
  const expected = version === undefined ? '' : ` AND ${quote(layout.version!.name)} = ?`
  const sql = `UPDATE ${quote(layout.table.name)} SET ${assignments.join(', ')} WHERE ${layout.keyCondition}${expected}`
  const values = names.map((name) => bindValue(layout.column(name).type, set[name]!))
  values.push(...layout.bindKey(key))
  if (version !== undefined) values.push(version)
  try {
    return connection.prepare(sql).run(...values).changes
  } catch (error) {
    throw violation(connection, layout, { ...currentRow(connection, layout, key), ...set }, key, error)
  }
}

/** The row as SQLite has it; enough to compare with others. */
function currentRow(connection: Connection, layout: TableLayout, key: Key): StoredRow {
  const sql = `SELECT * FROM ${quote(layout.table.name)} WHERE ${layout.keyCondition}`
  return (connection.prepare(sql, true).get(...layout.bindKey(key)) ?? {}) as StoredRow
}

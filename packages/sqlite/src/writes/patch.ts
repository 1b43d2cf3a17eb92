import { versionMismatch } from '@holdfast/core/backend'
import type { Key, PatchChange, StoredRow } from '@holdfast/core/backend'
import { bindValue } from '../codec.js'
import type { Connection } from '../connection.js'
import { hasResultCode } from '../errors.js'
import type { TableLayout } from '../layout.js'
import type { Steps } from '../steps.js'
import type { Outcome } from './insert.js'
import { failure, violation } from './refusal.js'

export function* patchRows(connection: Connection, change: PatchChange): Steps<Outcome> {
  let count = 0
  for (const [index, patch] of change.patches.entries()) {
    if (index > 0) yield
    count += patchOne(connection, change, patch)
  }
  return { count }
}

/** Patches the row with a key; says how many there were. */
export function patchOne(
  connection: Connection,
  { table }: PatchChange,
  { key, set, version }: PatchChange['patches'][number],
): number {
  const layout = connection.layoutOf(table)
  const expected = version !== undefined
  if (expected && layout.version === undefined) throw versionMismatch(table, key)
  const names = Object.keys(set)
  const values: unknown[] = []
  for (const name of names) values.push(bindValue(layout.column(name).type, set[name]!))
  values.push(...layout.bindKey(key))
  if (expected) values.push(version)
  let changes: number
  try {
    changes = connection.execute(layout.patch(names, expected), values).changes
  } catch (error) {
    if (!hasResultCode(error, 'SQLITE_CONSTRAINT')) throw failure(connection, table, error)
    throw violation(connection, layout, { ...currentRow(connection, layout, key), ...set }, key, error)
  }
  if (changes === 0 && expected) throw versionMismatch(table, key)
  return changes
}

/** The row as SQLite has it; enough to compare with others. */
function currentRow(connection: Connection, layout: TableLayout, key: Key): StoredRow {
  return (connection.prepare(layout.read, true).get(...layout.bindKey(key)) ?? {}) as StoredRow
}

import { versionMismatch } from '@holdfast/core/backend'
import type { DeleteChange } from '@holdfast/core/backend'
import type { Connection } from '../connection.js'
import { layoutOf } from '../layout.js'
import type { TableLayout } from '../layout.js'
import type { Steps } from '../steps.js'
import type { Outcome } from './insert.js'
import { failure } from './refusal.js'

export function* deleteRows(connection: Connection, change: DeleteChange): Steps<Outcome> {
  let count = 0
  for (const [index, deletion] of change.keys.entries()) {
    if (index > 0) yield
    count += deleteRow(connection, change, deletion)
  }
  return { count }
}

/** Deletes the row with a key; says how many there were. */
export function deleteRow(
  connection: Connection,
  { table }: DeleteChange,
  { key, version }: DeleteChange['keys'][number],
): number {
  const layout = layoutOf(table)
  const expected = version !== undefined
  if (expected && layout.version === undefined) throw versionMismatch(table, key)
  const values = layout.bindKey(key)
  if (expected) values.push(version)
  const changes = remove(connection, layout, expected, values)
  if (changes === 0 && expected) throw versionMismatch(table, key)
  return changes
}

function remove(
  connection: Connection,
  layout: TableLayout,
  expected: boolean,
  values: readonly unknown[],
): number {
  try {
    return connection.execute(layout.remove(expected), values).changes
  } catch (error) {
    throw failure(connection, layout.table, error)
  }
}

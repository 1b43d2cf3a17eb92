import { versionMismatch } from '@holdfast/core/backend'
import type { DeleteChange } from '@holdfast/core/backend'
import { quoteIdentifier as quote } from '@holdfast/sql'
import type { Connection } from '../connection.js'
import { guarded } from '../errors.js'
import { layoutOf } from '../layout.js'
import type { Steps } from '../steps.js'
import type { Outcome } from './insert.js'

export function* deleteRows(connection: Connection, { table, keys }: DeleteChange): Steps<Outcome> {
  const layout = layoutOf(table)
  const sql = `DELETE FROM ${quote(table.name)} WHERE ${layout.keyCondition}`
  let count = 0
  for (const [index, { key, version }] of keys.entries()) {
    if (index > 0) yield
    if (version !== undefined && layout.version === undefined) throw versionMismatch(table, key)
    const expected = version === undefined ? '' : ` AND ${quote(layout.version!.name)} = ?`
    const values = version === undefined ? layout.bindKey(key) : [...layout.bindKey(key), version]
    const { changes } = guarded(() => connection.prepare(sql + expected).run(...values), { table: table.name })
    if (changes === 0 && version !== undefined) throw versionMismatch(table, key)
    count += changes
  }
  return { count }
}

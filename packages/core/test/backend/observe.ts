import { isHoldfastError } from '../../src/backend/errors.js'
import type { Change, Session } from '../../src/backend/types.js'
import { compareKeys, keyOfRow } from '../../src/schema/compare.js'
import type { StoredRow, TableDefinition } from '../../src/schema/types.js'
import type { Verdict } from './model.js'

/** Writes, and says what came of it. */
export async function attempt(session: Session, changes: readonly Change[]): Promise<Verdict> {
  try {
    return { result: await session.write({ changes }) }
  } catch (error) {
    if (!isHoldfastError(error)) throw error
    return { code: error.code }
  }
}

/** All rows of a table in the order of their keys. */
export async function contents(session: Session, table: TableDefinition): Promise<StoredRow[]> {
  return sorted(table, await scanned(session, table))
}

/** All rows of a table as they come. */
export async function scanned(session: Session, table: TableDefinition): Promise<StoredRow[]> {
  const rows: StoredRow[] = []
  const columns = table.columns.map((column) => column.name)
  for await (const batch of session.scan({ table, columns })) rows.push(...batch)
  return rows
}

/** Rows in the order of their keys. */
export function sorted(table: TableDefinition, rows: readonly StoredRow[]): StoredRow[] {
  const keyOf = keyOfRow(table)
  const compare = compareKeys(table)
  return [...rows].sort((left, right) => compare(keyOf(left), keyOf(right)))
}

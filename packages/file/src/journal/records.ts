import { HoldfastError } from '@holdfast/core/backend'
import type { RowLayout } from '../segments/types.js'
import { rowFormOf } from './rows.js'
import type { JournalRecord, TableChanges } from './types.js'

/** What the rows of a table or a unique index are; undefined for an id that is no part of the database. */
export type LayoutOf = (id: number) => RowLayout | undefined

/** Changes of one table in JSON: `{"id":3,"put":[[17,"seventeen"]],"delete":[[4]],"lastKey":17}`. Bigints are digits. */
interface ChangesJson {
  readonly id: number
  readonly put?: readonly (readonly unknown[])[]
  readonly delete?: readonly (readonly unknown[])[]
  readonly lastKey?: number | string
}

/**
 * @throws HoldfastError `INTERNAL` for an id that is not known, `LIMIT_EXCEEDED` for a transaction that makes no text that
 * a process can hold
 */
export function recordToJson({ tables }: JournalRecord, layoutOf: LayoutOf): string {
  const changes = tables.map((table) => changesToJson(table, layoutOf(table.id)))
  try {
    return JSON.stringify(changes)
  } catch (cause) {
    throw new HoldfastError('LIMIT_EXCEEDED', 'The transaction is too large: write it in several.', { cause })
  }
}

function changesToJson({ id, puts, deletes, lastKey }: TableChanges, layout?: RowLayout): ChangesJson {
  if (layout === undefined) throw new HoldfastError('INTERNAL', `Nothing has the id ${id} in the database.`)
  const { rowToJson, keyToJson } = rowFormOf(layout)
  return {
    id,
    ...(puts.length > 0 && { put: puts.map(rowToJson) }),
    ...(deletes.length > 0 && { delete: deletes.map(keyToJson) }),
    ...(lastKey !== undefined && { lastKey: typeof lastKey === 'bigint' ? lastKey.toString() : lastKey }),
  }
}

/**
 * Reads what `recordToJson` wrote. Changes of ids that are not known are left out.
 *
 * @throws Error for anything else
 */
export function recordFromJson(json: string, layoutOf: LayoutOf): JournalRecord {
  const all: unknown = JSON.parse(json)
  if (!Array.isArray(all)) throw new TypeError('an array of changes is wanted')
  const tables: TableChanges[] = []
  for (const changes of all as readonly ChangesJson[]) {
    const layout = layoutOf(changes.id)
    if (layout !== undefined) tables.push(changesFromJson(changes, layout))
  }
  return { tables }
}

function changesFromJson(changes: ChangesJson, layout: RowLayout): TableChanges {
  const { id, put = [], delete: deleted = [], lastKey } = changes
  const { rowFromJson, keyFromJson } = rowFormOf(layout)
  return {
    id,
    puts: put.map(rowFromJson),
    deletes: deleted.map(keyFromJson),
    ...(lastKey !== undefined && { lastKey: typeof lastKey === 'string' ? BigInt(lastKey) : lastKey }),
  }
}

import type { MaybePromise, Scan, Session } from '../backend/types.js'
import { tupleIdentity } from '../schema/compare.js'
import type { Identity } from '../schema/compare.js'
import type { Key, StoredRow, TableDefinition } from '../schema/types.js'
import type { TableCodec } from './table-codec.js'

/** The stored row with a key, whole. */
export function readOne(
  session: Session,
  table: TableDefinition,
  key: Key,
  signal?: AbortSignal,
): MaybePromise<StoredRow | undefined> {
  if (session.get !== undefined) return session.get(table, key)
  return scanOne(session, table, key, signal)
}

async function scanOne(
  session: Session,
  table: TableDefinition,
  key: Key,
  signal?: AbortSignal,
): Promise<StoredRow | undefined> {
  const columns = table.columns.map((column) => column.name)
  for await (const [row] of session.scan({ table, columns, keys: [key], ...(signal && { signal }) }))
    return row
  return undefined
}

/** Stored rows by the identities of their keys. */
export interface RowsByKey {
  readonly identityOf: (key: Key) => Identity
  readonly rows: ReadonlyMap<Identity, StoredRow>
}

/** The stored rows with these keys; the columns must hold the key. */
export async function readByKey(
  session: Session,
  codec: TableCodec,
  keys: readonly Key[],
  columns: readonly string[] = codec.columnNames,
  signal?: AbortSignal,
): Promise<RowsByKey> {
  const { table } = codec
  const identityOf = keyIdentity(table)
  const unique = [...new Map(keys.map((key) => [identityOf(key), key])).values()]
  const rows = new Map<Identity, StoredRow>()
  if (unique.length === 0) return { identityOf, rows }
  const request: Scan = { table, columns, keys: unique, ...(signal && { signal }) }
  for await (const batch of session.scan(request)) {
    for (const row of batch) rows.set(identityOf(codec.keyOf(row)), row)
  }
  return { identityOf, rows }
}

/** The user's rows with these keys, in the order of the keys; each is an object of its own. */
export async function readRowsByKey(
  session: Session,
  codec: TableCodec,
  keys: readonly Key[],
  signal?: AbortSignal,
): Promise<(Record<string, unknown> | undefined)[]> {
  const rows = new Array<Record<string, unknown> | undefined>(keys.length).fill(undefined)
  if (keys.length === 0) return rows
  const { table, columnNames: columns, decodeRow, keyOf } = codec
  const identityOf = keyIdentity(table)
  // Of a key that is given several times, its last place: the others are filled from there.
  const places = new Map<Identity, number>()
  for (let place = 0; place < keys.length; place++) places.set(identityOf(keys[place]!), place)
  const repeated = places.size < keys.length
  const unique = repeated ? Array.from(places.values(), (place) => keys[place]!) : keys
  for await (const batch of session.scan({ table, columns, keys: unique, ...(signal && { signal }) })) {
    for (const row of batch) {
      const place = places.get(identityOf(keyOf(row)))
      if (place !== undefined) rows[place] = decodeRow(row)
    }
  }
  if (!repeated) return rows
  return keys.map((key, place) => {
    const filled = places.get(identityOf(key))!
    return filled === place ? rows[filled] : structuredClone(rows[filled])
  })
}

/** How many of the keys have a row; a key that is given twice counts twice. */
export async function existing(
  session: Session,
  codec: TableCodec,
  keys: readonly Key[],
  signal?: AbortSignal,
): Promise<number> {
  const { identityOf, rows } = await readByKey(session, codec, keys, codec.table.primaryKey, signal)
  return keys.filter((key) => rows.has(identityOf(key))).length
}

function keyIdentity(table: TableDefinition): (key: Key) => Identity {
  const types = table.primaryKey.map((name) => table.columns.find((column) => column.name === name)!.type)
  return tupleIdentity(types)
}

import { compareKeys } from '../schema/compare.js'
import type { Identity } from '../schema/compare.js'
import type { Key, StoredRow, StoredValue, TableDefinition } from '../schema/types.js'
import type { Overlay } from './overlay.js'
import type { Batch, Batches, MaybePromise, Scan, Session } from './types.js'
import { writeLayoutOf } from './write-layout.js'

/** `Session.get` of a session with changes laid over it. */
export function overlaidGet(
  session: Session,
  overlay: Overlay,
  table: TableDefinition,
  key: Key,
): MaybePromise<StoredRow | undefined> {
  const changed = overlay.find(table, writeLayoutOf(table).identityOf(key))
  if (changed !== undefined) return changed.row && { ...changed.row }
  return session.get === undefined ? scanOne(session, table, key) : session.get(table, key)
}

/** The whole rows with these keys, in their order, of a session with changes laid over it. */
export async function overlaidRows(
  session: Session,
  overlay: Overlay,
  table: TableDefinition,
  keys: readonly Key[],
): Promise<(StoredRow | undefined)[]> {
  const { identityOf, keyOf } = writeLayoutOf(table)
  const found = new Map<Identity, StoredRow>()
  for await (const batch of overlaidScan(session, overlay, { table, columns: columnNames(table), keys })) {
    for (const row of batch) found.set(identityOf(keyOf(row)), row)
  }
  return keys.map((key) => found.get(identityOf(key)))
}

/** `Session.scan` of a session with changes laid over it, in key order where the session's is. */
export function overlaidScan(session: Session, overlay: Overlay, request: Scan): AsyncIterable<Batch> {
  return request.keys === undefined
    ? scanTable(session, overlay, request)
    : scanKeys(session, overlay, request, request.keys)
}

async function* scanKeys(
  session: Session,
  overlay: Overlay,
  request: Scan,
  keys: readonly Key[],
): AsyncGenerator<Batch> {
  const { identityOf } = writeLayoutOf(request.table)
  const changed: StoredRow[] = []
  const unchanged: Key[] = []
  for (const [identity, key] of new Map(keys.map((key) => [identityOf(key), key]))) {
    const working = overlay.find(request.table, identity)
    if (working === undefined) unchanged.push(key)
    else if (working.row !== undefined) changed.push(pick(working.row, request.columns))
  }
  if (changed.length > 0) yield changed
  if (unchanged.length > 0) yield* session.scan({ ...request, keys: unchanged })
}

async function* scanTable(session: Session, overlay: Overlay, request: Scan): AsyncGenerator<Batch> {
  const changes = overlay.rows(request.table)
  if (changes.size === 0) yield* session.scan(request)
  else yield* merge(request, changes, session.scan({ ...request, columns: withKey(request) }))
}

/** Leaves the changed rows out of the batches and puts those that are still there in, each before the first greater key. */
async function* merge(
  { table, columns }: Scan,
  changes: ReadonlyMap<Identity, StoredRow | undefined>,
  batches: Batches,
): AsyncGenerator<Batch> {
  const { identityOf, keyOf } = writeLayoutOf(table)
  const compare = compareKeys(table)
  const present = [...changes.values()]
    .filter((row) => row !== undefined)
    .map((row) => ({ key: keyOf(row), row }))
    .sort((left, right) => compare(left.key, right.key))
  let next = 0
  for await (const batch of batches) {
    const merged: Batch = []
    for (const row of batch) {
      const key = keyOf(row)
      while (next < present.length && compare(present[next]!.key, key) < 0) {
        merged.push(pick(present[next++]!.row, columns))
      }
      if (!changes.has(identityOf(key))) merged.push(pick(row, columns))
    }
    if (merged.length > 0) yield merged
  }
  if (next < present.length) yield present.slice(next).map(({ row }) => pick(row, columns))
}

async function scanOne(session: Session, table: TableDefinition, key: Key): Promise<StoredRow | undefined> {
  for await (const [row] of session.scan({ table, columns: columnNames(table), keys: [key] })) return row
  return undefined
}

function pick(row: StoredRow, columns: readonly string[]): StoredRow {
  const picked: StoredRow = {}
  for (const name of columns) picked[name] = row[name] as StoredValue
  return picked
}

function withKey({ table, columns }: Scan): string[] {
  return [...new Set([...columns, ...table.primaryKey])]
}

function columnNames(table: TableDefinition): string[] {
  return table.columns.map((column) => column.name)
}

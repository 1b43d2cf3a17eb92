import { tupleIdentity } from '../../schema/compare.js'
import { keyColumns } from '../../schema/key-size.js'
import type { Key, StoredRow } from '../../schema/types.js'
import { throwIfAborted } from '../abort.js'
import type { Batch, MaybePromise, Scan } from '../types.js'
import type { KeyRange, KeyValueReader } from './store.js'
import type { KeyValueTable } from './table.js'

/** The whole row with a key. */
export function rowOf(
  reader: KeyValueReader,
  table: KeyValueTable,
  key: Key,
): MaybePromise<StoredRow | undefined> {
  const decode = (value: Uint8Array | undefined) => (value === undefined ? undefined : table.wholeRow(value))
  const value = reader.get(table.rowKey(key))
  return value instanceof Promise ? value.then(decode) : decode(value)
}

/** What the store holds under these keys, in their order. */
export async function valuesOf(
  reader: KeyValueReader,
  keys: readonly Uint8Array[],
): Promise<readonly (Uint8Array | undefined)[]> {
  if (reader.getMany !== undefined) return reader.getMany(keys)
  const values: (Uint8Array | undefined)[] = []
  for (let start = 0; start < keys.length; start += together) {
    const found = keys.slice(start, start + together).map((key) => reader.get(key))
    // Waiting where nothing is to be waited for would cost more than the look-ups.
    const waiting = found.some((value) => value instanceof Promise)
    values.push(
      ...(waiting
        ? await Promise.all(found.map(async (value) => value))
        : (found as (Uint8Array | undefined)[])),
    )
  }
  return values
}

/** How many keys are looked up side by side. */
const together = 64

/** `Session.scan`, of the rows with some keys or of all rows of a range. */
export async function* scanRows(
  reader: KeyValueReader,
  table: KeyValueTable,
  { columns, keys, signal }: Omit<Scan, 'table'>,
  range: KeyRange = table.rows,
): AsyncGenerator<Batch> {
  const decode = table.decoder(columns)
  throwIfAborted(signal)
  if (keys !== undefined) {
    const found = await valuesOf(
      reader,
      distinct(table, keys).map((key) => table.rowKey(key)),
    )
    const rows = found.filter((value) => value !== undefined).map(decode)
    if (rows.length > 0) yield rows
    return
  }
  for await (const entries of reader.scan(range)) {
    throwIfAborted(signal)
    yield entries.map(([, value]) => decode(value))
  }
}

function distinct({ definition }: KeyValueTable, keys: readonly Key[]): readonly Key[] {
  if (keys.length < 2) return keys
  const identityOf = tupleIdentity(keyColumns(definition).map(({ type }) => type))
  return [...new Map(keys.map((key) => [identityOf(key), key])).values()]
}

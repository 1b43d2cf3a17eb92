import type { Identity } from '../schema/compare.js'
import type { Key, StoredRow, StoredValue } from '../schema/types.js'
import type { RowSpace } from './row-space.js'
import type { Change, DeleteChange, InsertChange, PatchChange } from './types.js'
import { duplicateKey, keysExhausted, uniqueViolation, versionMismatch } from './write-errors.js'
import type { IndexLayout, WriteLayout } from './write-layout.js'

/** What became of one change: its part of `WriteResult`. */
export interface Outcome {
  readonly count: number
  readonly generated?: readonly StoredValue[]
}

/**
 * Makes a change, row by row, with the meaning of WRITE-2 to WRITE-5. The rows given are never changed, but kept. When it throws, the rows
 * before the refused one are changed already: whoever calls undoes them (WRITE-1).
 *
 * Throws `DUPLICATE_KEY`, `UNIQUE_VIOLATION`, `VERSION_MISMATCH`, or `LIMIT_EXCEEDED` when the generated keys are used up.
 */
export function writeRows(space: RowSpace, change: Change): Outcome {
  switch (change.kind) {
    case 'insert':
      return insertRows(space, change)
    case 'patch':
      return patchRows(space, change)
    case 'delete':
      return deleteRows(space, change)
  }
}

function insertRows(space: RowSpace, { rows, onConflict }: InsertChange): Outcome {
  const { table, layout } = space
  const { generated, identityOfRow, uniqueIndexes } = layout
  const replaced = onConflict === 'replace' ? new Set<Identity>() : undefined
  const keys: StoredValue[] | undefined = generated && []
  let count = 0
  for (const given of rows) {
    const assigned = generated !== undefined && given[generated.name] == null
    const row = assigned ? { ...given, [generated.name]: nextKey(space) } : given
    const identity = identityOfRow(row)
    const existing = space.find(identity)
    if (existing !== undefined && onConflict === 'error') throw duplicateKey(table, layout.keyOf(row))
    const violated =
      uniqueIndexes.length === 0 ? undefined : violatedIndex(space, identity, row, uniqueIndexes)
    if (onConflict === 'skip' && (existing !== undefined || violated !== undefined)) {
      keys?.push(null)
      continue
    }
    if (violated !== undefined)
      throw uniqueViolation(table, violated.definition, assigned ? undefined : layout.keyOf(row))
    space.set(identity, existing === undefined ? row : successor(layout, row, existing))
    if (replaced === undefined) count++
    else count = replaced.add(identity).size
    if (generated === undefined) continue
    const key = row[generated.name] as number | bigint
    space.useKey(key)
    keys?.push(key)
  }
  return keys === undefined ? { count } : { count, generated: keys }
}

function patchRows(space: RowSpace, { patches }: PatchChange): Outcome {
  const { table, layout } = space
  let count = 0
  for (const { key, set, version } of patches) {
    const identity = layout.identityOf(key)
    const existing = expectedRow(space, identity, key, version)
    if (existing === undefined) continue
    const row = successor(layout, { ...existing, ...set }, existing)
    const touched = layout.uniqueIndexes.filter(({ definition }) =>
      definition.columns.some((name) => name in set),
    )
    const violated = violatedIndex(space, identity, row, touched)
    if (violated !== undefined) throw uniqueViolation(table, violated.definition, key)
    space.set(identity, row)
    count++
  }
  return { count }
}

function deleteRows(space: RowSpace, { keys }: DeleteChange): Outcome {
  let count = 0
  for (const { key, version } of keys) {
    const identity = space.layout.identityOf(key)
    if (expectedRow(space, identity, key, version) === undefined) continue
    space.set(identity, undefined)
    count++
  }
  return { count }
}

/** The row with a key, which must be of the expected version if there is one. */
function expectedRow(
  space: RowSpace,
  identity: Identity,
  key: Key,
  version: number | undefined,
): StoredRow | undefined {
  const row = space.find(identity)
  if (version === undefined) return row
  const column = space.layout.version
  if (column === undefined || row?.[column] !== version) throw versionMismatch(space.table, key)
  return row
}

/** The first of the unique indexes in which another row holds the values of this one. */
function violatedIndex(
  space: RowSpace,
  identity: Identity,
  row: StoredRow,
  indexes: readonly IndexLayout[],
): IndexLayout | undefined {
  return indexes.find((index) => {
    const values = index.valuesOf(row)
    if (values === undefined) return false
    const holder = space.holder(index, index.identityOf(values))
    return holder !== undefined && holder !== identity
  })
}

/** The row that takes the place of another one: of its next version, if the table counts versions. */
function successor({ version }: WriteLayout, row: StoredRow, existing: StoredRow): StoredRow {
  return version === undefined ? row : { ...row, [version]: (existing[version] as number) + 1 }
}

/** The key that the next row without one gets. It stays the next until `useKey` uses it up. */
function nextKey(space: RowSpace): number | bigint {
  const lastKey = space.lastKey()
  const greatest = space.layout.generated?.greatest ?? 0
  if (lastKey !== undefined && lastKey >= greatest) throw keysExhausted(space.table)
  const last = lastKey === undefined || lastKey < 0 ? 0 : lastKey
  return typeof greatest === 'bigint' ? BigInt(last) + 1n : Number(last) + 1
}

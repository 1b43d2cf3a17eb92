import fc from 'fast-check'
import type { Change } from '../../src/backend/types.js'
import type { StoredRow, TableDefinition } from '../../src/schema/types.js'
import { accounts, events, marks } from './tables.js'

// Few values each, so that keys and unique values meet often.
const id = fc.integer({ min: 1, max: 6 })
const email = fc.constantFrom('a@x', 'b@x', 'c@x', null)
const region = fc.constantFrom('north', 'south')
const number = fc.constantFrom(1, 2, null)
const place = fc.constantFrom('a', 'ab', '')
const tag = fc.constantFrom('', '00', '6200').map((hex) => new Uint8Array(Buffer.from(hex, 'hex')))
const note = fc.constantFrom('x', '', null)
const bigId = fc.bigInt({ min: 1n, max: 6n })

interface Parts {
  readonly table: TableDefinition
  readonly row: fc.Arbitrary<StoredRow>
  readonly key: fc.Arbitrary<StoredRow>
  readonly set: fc.Arbitrary<StoredRow>
}

const parts: readonly Parts[] = [
  {
    table: accounts,
    row: fc.record(
      { id, email, region, number, revision: fc.constant(1) },
      { requiredKeys: ['email', 'region', 'number', 'revision'] },
    ),
    key: fc.record({ id }),
    set: fc.record({ email, region, number }, { requiredKeys: [] }),
  },
  {
    table: marks,
    row: fc.record({ place, tag, note }),
    key: fc.record({ place, tag }),
    set: fc.record({ note }),
  },
  {
    table: events,
    row: fc.record({ id: bigId, kind: region }, { requiredKeys: ['kind'] }),
    key: fc.record({ id: bigId }),
    set: fc.record({ kind: region }),
  },
]

/** One change of a table. Expected versions are rare: most of them are wrong. */
function change({ table, row, key, set }: Parts): fc.Arbitrary<Change> {
  const versioned = table.columns.some((column) => column.version)
  const version = versioned
    ? fc.option(fc.integer({ min: 1, max: 2 }), { freq: 5, nil: undefined })
    : fc.constant(undefined)
  const target = fc.tuple(key, version).map(([columns, expected]) => ({
    key: table.primaryKey.map((name) => columns[name]!),
    ...(expected !== undefined && { version: expected }),
  }))
  const some = { minLength: 1, maxLength: 4 }
  const insert = fc
    .tuple(fc.array(row, some), fc.constantFrom('error', 'skip', 'replace'))
    .map(([rows, onConflict]): Change => ({ kind: 'insert', table, rows, onConflict }))
  const patch = fc
    .array(fc.tuple(target, set), some)
    .map((pairs) => pairs.map(([found, columns]) => ({ ...found, set: columns })))
    .map((patches): Change => ({ kind: 'patch', table, patches }))
  const remove = fc.array(target, some).map((keys): Change => ({ kind: 'delete', table, keys }))
  return fc.oneof(insert, patch, remove)
}

/** A table and writes to it, each of one or more changes. */
export const writes = fc
  .constantFrom(...parts)
  .chain((one) =>
    fc.tuple(
      fc.constant(one.table),
      fc.array(fc.array(change(one), { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 8 }),
    ),
  )

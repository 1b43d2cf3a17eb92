import { HoldfastError } from '@holdfast/core'
import type { StoredRow } from '@holdfast/core/backend'
import Driver from 'better-sqlite3'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { buffersOf, packObjects, packRows, rowUnpacker } from '../../src/threads/columns.js'
import { fromFailure, toFailure } from '../../src/threads/failure.js'

const value = fc.oneof(
  fc.constant(null),
  fc.double(),
  fc.integer(),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  fc.string({ unit: 'binary' }),
  fc.uint8Array(),
)
const names = fc.uniqueArray(fc.string(), { maxLength: 6 })

/** Rows of which each column has values of one kind, or of any. */
const tables = names.chain((columns) =>
  fc.record({
    columns: fc.constant(columns),
    rows: fc
      .tuple(...columns.map(() => fc.constantFrom(value, fc.double(), fc.string())))
      .chain((kinds) => fc.array(fc.tuple(...kinds), { maxLength: 100 })),
  }),
)

test('rows are the same on the other side, by columns and with buffers that change hands', () => {
  fc.assert(
    fc.property(tables, ({ columns, rows }) => {
      const objects = rows.map(
        (row) => Object.fromEntries(columns.map((name, index) => [name, row[index]])) as StoredRow,
      )
      for (const packed of [packRows(columns, rows), packObjects(columns, objects)]) {
        const arrived = structuredClone(packed, { transfer: buffersOf(packed) })
        expect(rowUnpacker(arrived.names)(arrived)).toEqual(objects)
      }
    }),
  )
})

test('bytes that are a part of a long buffer do not take it along', () => {
  const part = new Uint8Array(1_000_000).subarray(10, 20)
  const { columns } = structuredClone(packRows(['bytes'], [[part]]))
  expect((columns[0]![0] as Uint8Array).buffer.byteLength).toBe(10)
})

test('errors are the same on the other side', () => {
  const native = new Driver.SqliteError('no such table: x', 'SQLITE_ERROR')
  const error = new HoldfastError('UNIQUE_VIOLATION', 'taken', {
    table: 'items',
    key: [1n, new Uint8Array(2)],
    path: 'rows[3]',
    cause: native,
  })
  for (const sent of [native, error, new RangeError('out of range')]) {
    const arrived = fromFailure(structuredClone(toFailure(sent)))
    expect(arrived).toMatchObject({ ...sent, name: sent.name, message: sent.message })
  }
  const { cause } = fromFailure(structuredClone(toFailure(error)))
  expect(cause).toBeInstanceOf(Driver.SqliteError)
  expect(cause).toMatchObject({ code: 'SQLITE_ERROR' })
})

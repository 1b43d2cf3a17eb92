import {
  bigint,
  boolean,
  date,
  double,
  integer,
  json,
  table,
  tableFromDefinition,
  text,
  timestamp,
} from '@holdfast/core'
import { expectTypeOf, test } from 'vitest'
import { physical } from '../src/index.js'
import type { PhysicalTable, PostgresOptions } from '../src/index.js'

const readings = table(
  'readings',
  {
    station: text(),
    at: timestamp(),
    serial: integer(),
    wide: bigint(),
    day: date(),
    celsius: double().nullable(),
    good: boolean(),
    note: text().nullable(),
    doc: json().nullable(),
  },
  { primaryKey: ['station', 'at', 'serial', 'day'] },
)

test('what is made is for the option', () => {
  expectTypeOf(physical(readings, {})).toEqualTypeOf<PhysicalTable>()
  expectTypeOf<NonNullable<PostgresOptions['tables']>>().toEqualTypeOf<readonly PhysicalTable[]>()
})

test('partitions are by columns of the key, ranges by instants, days and whole numbers', () => {
  physical(readings, { partitionBy: { range: 'at', every: 'month' } })
  physical(readings, { partitionBy: { range: 'day', every: 'year' } })
  physical(readings, { partitionBy: { range: 'serial', every: 1000 } })
  physical(readings, { partitionBy: { hash: 'station', partitions: 4 } })
  physical(readings, { partitionBy: { hash: ['station', 'at'], partitions: 4 } })
  // @ts-expect-error the column is not of the key
  physical(readings, { partitionBy: { range: 'wide', every: 1000 } })
  // @ts-expect-error the column is not of the key
  physical(readings, { partitionBy: { hash: 'note', partitions: 4 } })
  // @ts-expect-error there are no ranges of texts
  physical(readings, { partitionBy: { range: 'station', every: 'month' } })
  // @ts-expect-error an instant is no number
  physical(readings, { partitionBy: { range: 'at', every: 1000 } })
  // @ts-expect-error a number is no instant
  physical(readings, { partitionBy: { range: 'serial', every: 'month' } })
  // @ts-expect-error the width is missing
  physical(readings, { partitionBy: { range: 'at' } })
  // @ts-expect-error one or the other
  physical(readings, { partitionBy: { range: 'at', every: 'day', hash: 'station', partitions: 2 } })
  // @ts-expect-error no such width
  physical(readings, { partitionBy: { range: 'at', every: 'fortnight' } })
  // @ts-expect-error no such column
  physical(readings, { partitionBy: { range: 'when', every: 'day' } })
  const keyed = table('keyed', { id: integer().primaryKey(), at: timestamp() })
  physical(keyed, { partitionBy: { range: 'id', every: 1000n } })
  // @ts-expect-error the column is not of the key
  physical(keyed, { partitionBy: { range: 'at', every: 'day' } })
})

test('indexes are of columns, and of expressions over the row, that their method can do', () => {
  physical(readings, {
    indexes: {
      plain: { method: 'btree', on: ['station', 'at'], include: ['celsius'] },
      single: { method: 'btree', on: 'note', where: (row) => row.note.isNotNull() },
      latest: { method: 'btree', on: (row) => [row.station, row.at.desc()] },
      city: { method: 'btree', on: (row) => row.doc.path('city').as('text') },
      whole: { method: 'hash', on: 'doc' },
      lower: { method: 'hash', on: (row) => row.note.lower() },
      time: { method: 'brin', on: ['at', 'serial'], pagesPerRange: 32 },
      begin: { method: 'spgist', on: 'station' },
      words: { method: 'gin', search: ['note', 'station'] },
      wordsToo: { method: 'gist', search: 'note' },
      parts: { method: 'gin', trigrams: 'note' },
      partsToo: { method: 'gist', trigrams: (row) => row.note.lower() },
      within: { method: 'gin', documents: 'doc' },
      each: { method: 'gist', on: ['celsius', 'at'] },
    },
  })
})

test('what the engine cannot do is no type', () => {
  // @ts-expect-error no such column
  physical(readings, { indexes: { a: { method: 'btree', on: 'when' } } })
  // @ts-expect-error a condition is a boolean
  physical(readings, { indexes: { a: { method: 'btree', on: 'at', where: (row) => row.celsius } } })
  // @ts-expect-error no such method
  physical(readings, { indexes: { a: { method: 'bitmap', on: 'at' } } })
  // @ts-expect-error the method is stated
  physical(readings, { indexes: { a: { on: 'at' } } })
  // @ts-expect-error none is unique
  physical(readings, { indexes: { a: { method: 'btree', on: 'at', unique: true } } })
  // @ts-expect-error a hash is of one value
  physical(readings, { indexes: { a: { method: 'hash', on: ['station', 'at'] } } })
  // @ts-expect-error only a B-tree keeps columns beside
  physical(readings, { indexes: { a: { method: 'hash', on: 'at', include: ['note'] } } })
  // @ts-expect-error booleans have no ranges
  physical(readings, { indexes: { a: { method: 'brin', on: 'good' } } })
  // @ts-expect-error nor have documents
  physical(readings, { indexes: { a: { method: 'brin', on: 'doc' } } })
  // @ts-expect-error SP-GiST is of texts
  physical(readings, { indexes: { a: { method: 'spgist', on: 'celsius' } } })
  // @ts-expect-error words are in texts
  physical(readings, { indexes: { a: { method: 'gin', search: 'celsius' } } })
  // @ts-expect-error trigrams are of texts
  physical(readings, { indexes: { a: { method: 'gin', trigrams: (row) => row.celsius } } })
  // @ts-expect-error documents are of json
  physical(readings, { indexes: { a: { method: 'gin', documents: 'note' } } })
  // @ts-expect-error GiST has nothing for documents
  physical(readings, { indexes: { a: { method: 'gist', documents: 'doc' } } })
  // @ts-expect-error GIN has nothing for plain columns
  physical(readings, { indexes: { a: { method: 'gin', on: 'at' } } })
  // @ts-expect-error one of them
  physical(readings, { indexes: { a: { method: 'gin', search: 'note', trigrams: 'note' } } })
})

test('of a table that is known at run time only, every name is taken', () => {
  const found = tableFromDefinition(readings.definition)
  physical(found, {
    partitionBy: { range: 'at', every: 'month' },
    indexes: { a: { method: 'btree', on: 'at' }, b: { method: 'gin', documents: 'doc' } },
  })
})

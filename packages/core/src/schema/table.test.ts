import { expect, test } from 'vitest'
import { integer, text, timestamp } from './columns.js'
import { table } from './table.js'
import { compileRowEncoder } from './values.js'

test('a declared table encodes a row', () => {
  const people = table(
    'people',
    { id: integer().primaryKey(), name: text().nullable(), at: timestamp() },
    { checks: { positive: (row) => row.id.gt(0) } },
  )
  expect(people.definition.checks).toMatchObject([
    { name: 'positive', condition: { kind: 'call', function: 'greaterThan' } },
  ])
  expect(compileRowEncoder(people.definition)({ id: 1, at: new Date(5) }, 0)).toEqual({
    id: 1,
    name: null,
    at: 5,
  })
})

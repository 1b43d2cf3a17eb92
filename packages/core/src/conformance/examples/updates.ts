import type { Expression } from '../../expression/types.js'
import type { NamedExpression } from '../../relation/types.js'
import type { ColumnDefinition } from '../../schema/types.js'
import type { TableCase } from '../generate/tables.js'

const integer = (name: string, nullable: boolean): ColumnDefinition => ({
  name,
  type: { name: 'integer' },
  nullable,
})
const column = (name: string): Expression => ({ kind: 'column', name })

const pairs: TableCase = {
  definition: {
    name: 't0',
    columns: [integer('id', false), integer('a', true), integer('b', true)],
    primaryKey: ['id'],
    indexes: [],
    checks: [],
  },
  rows: [
    { id: 1, a: 1, b: 2 },
    { id: 2, a: null, b: 3 },
    { id: 3, a: 4, b: 4 },
  ],
  columns: {},
}

/** Updates by condition whose columns trade their values, which all come from the row as it was (WRITE-7). */
export const updateExamples: readonly {
  readonly table: TableCase
  readonly condition: Expression
  readonly set: readonly NamedExpression[]
}[] = [
  {
    table: pairs,
    condition: { kind: 'call', function: 'isDistinctFrom', arguments: [column('a'), column('b')] },
    set: [
      { name: 'a', expression: column('b') },
      { name: 'b', expression: column('a') },
    ],
  },
]

import type { ColumnDefinition, LogicalType } from '../../schema/types.js'
import type { TableCase } from '../generate/tables.js'

const column = (name: string, type: LogicalType, nullable: boolean): ColumnDefinition => ({
  name,
  type,
  nullable,
})

/** Definitions that came back as others, or would from an engine that keeps less than it is told. */
export const definitionExamples: readonly TableCase[] = [
  {
    // Keys and indexes name their columns in an order of their own.
    definition: {
      name: 't0',
      columns: [
        column('c', { name: 'text' }, true),
        column('b', { name: 'text' }, false),
        column('d', { name: 'integer' }, true),
        column('a', { name: 'integer' }, false),
      ],
      primaryKey: ['a', 'b'],
      indexes: [
        { name: 't0_d_c', columns: ['d', 'c'], unique: false },
        { name: 't0_a_d', columns: ['a', 'd'], unique: true },
      ],
      checks: [],
    },
    rows: [
      { c: null, b: 'x', d: 1, a: 2 },
      { c: 'y', b: '', d: null, a: 1 },
    ],
    columns: {},
  },
]

import type { TableDefinition } from '../../schema/types.js'
import type { History } from '../model/generator.js'

const tagged: TableDefinition = {
  name: 'history',
  columns: [
    { name: 'id', type: { name: 'integer' }, nullable: false, generated: 'increment' },
    { name: 'label', type: { name: 'text' }, nullable: false },
    { name: 'tag', type: { name: 'text' }, nullable: true },
  ],
  primaryKey: ['id'],
  indexes: [{ name: 'history_tag', columns: ['tag'], unique: true }],
  checks: [],
}

/** Counterexamples that were found once. They are tried first, every time, on every engine. */
export const historyExamples: readonly History[] = [
  {
    // Two calls of one transaction that put the same value into a unique index.
    definition: tagged,
    operations: [
      {
        kind: 'transaction',
        ending: 'throw',
        operations: [
          { kind: 'put', rows: [{ id: 1, label: '', tag: 'B ' }] },
          { kind: 'put', rows: [{ id: 2, label: '', tag: 'B ' }] },
        ],
      },
      { kind: 'insert', onConflict: 'error', rows: [{ label: 'a', tag: 'B ' }] },
      {
        kind: 'insert',
        onConflict: 'skip',
        rows: [
          { label: 'b', tag: 'B ' },
          { label: 'c', tag: null },
        ],
      },
    ],
  },
]

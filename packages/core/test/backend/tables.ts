import type { ColumnDefinition, LogicalType, TableDefinition } from '../../src/schema/types.js'

type Marks = Omit<ColumnDefinition, 'name' | 'type' | 'nullable'> & { readonly nullable?: boolean }

function column(name: string, type: LogicalType['name'], marks: Marks = {}): ColumnDefinition {
  return { name, type: { name: type } as LogicalType, nullable: false, ...marks }
}

/** A generated key, a unique column that may be null, two columns that are unique together, and a version. */
export const accounts: TableDefinition = {
  name: 'accounts',
  columns: [
    column('id', 'integer', { generated: 'increment' }),
    column('email', 'text', { nullable: true }),
    column('region', 'text'),
    column('number', 'integer', { nullable: true }),
    column('revision', 'integer', { version: true }),
  ],
  primaryKey: ['id'],
  indexes: [
    { name: 'accounts_email', columns: ['email'], unique: true },
    { name: 'accounts_region_number', columns: ['region', 'number'], unique: true },
    { name: 'accounts_region', columns: ['region'], unique: false },
  ],
  checks: [],
}

/** A key of two columns, one of them bytes, and nothing else of note. */
export const marks: TableDefinition = {
  name: 'marks',
  columns: [column('place', 'text'), column('tag', 'bytes'), column('note', 'text', { nullable: true })],
  primaryKey: ['place', 'tag'],
  indexes: [],
  checks: [],
}

/** A generated bigint key. */
export const events: TableDefinition = {
  name: 'events',
  columns: [column('id', 'bigint', { generated: 'increment' }), column('kind', 'text')],
  primaryKey: ['id'],
  indexes: [],
  checks: [],
}

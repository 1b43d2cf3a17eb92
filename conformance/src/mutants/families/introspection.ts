import type { ColumnDefinition, TableDefinition } from '@holdfast/core/backend'
import { broken, shows, showsColumns } from '../defects.ts'
import type { MutantFamily } from '../mutant.ts'

const plainest = ({ name, type, nullable }: ColumnDefinition): ColumnDefinition => ({ name, type, nullable })

export const introspection: MutantFamily = {
  family: 'introspection',
  mutants: [
    broken('shows no table', 'life/catalog', () => ({ tables: () => [] })),
    showsColumns('forgets what may be null', 'life/catalog', (column) => ({ ...column, nullable: false })),
    showsColumns('shows that everything may be null', 'life/catalog', (column) => ({
      ...column,
      nullable: true,
    })),
    shows('forgets the indexes', 'life/definitions', (table) => ({ ...table, indexes: [] })),
    shows('forgets which indexes are unique', 'life/definitions', (table) => ({
      ...table,
      indexes: table.indexes.map((index) => ({ ...index, unique: false })),
    })),
    shows('shows the columns of an index in the order of the table', 'life/definitions', (table) => ({
      ...table,
      indexes: table.indexes.map((index) => ({
        ...index,
        columns: table.columns.map(({ name }) => name).filter((name) => index.columns.includes(name)),
      })),
    })),
    shows('shows the columns in the order of the alphabet', 'life/definitions', (table) => ({
      ...table,
      columns: table.columns.toSorted((left, right) => (left.name < right.name ? -1 : 1)),
    })),
    shows('shows the key in the order of the table', 'life/definitions', (table) => ({
      ...table,
      primaryKey: table.columns.map(({ name }) => name).filter((name) => table.primaryKey.includes(name)),
    })),
    shows('shows the first column of a key', 'life/definitions', (table) => ({
      ...table,
      primaryKey: table.primaryKey.slice(0, 1),
    })),
    showsColumns('forgets the scale of decimals', 'life/catalog', (column) =>
      column.type.name === 'decimal' ? { ...column, type: { ...column.type, scale: 0 } } : column,
    ),
    showsColumns('forgets the unit of timestamps', 'life/catalog', (column) =>
      column.type.name === 'timestamp' ? { ...column, type: { name: 'timestamp', unit: 'ms' } } : column,
    ),
    showsColumns('takes a uuid for a text', 'life/catalog', (column) =>
      column.type.name === 'uuid' ? { ...column, type: { name: 'text' } } : column,
    ),
    shows('shows names in capitals', 'life/catalog', (table) => ({
      ...table,
      name: table.name.toUpperCase(),
    })),
    showsColumns('forgets which keys are generated, and versions', 'life/catalog', plainest),
    broken('counts no rows in its statistics', 'life/catalog', (engine) => ({
      stats: async () => ({
        tables: (await engine.tables()).map(({ name }: TableDefinition) => ({ name, rows: 0 })),
      }),
    })),
    broken('shows a table that was dropped', 'life/catalog', (engine) => {
      const seen = new Map<string, TableDefinition>()
      return {
        tables: async () => {
          for (const table of await engine.tables()) seen.set(table.name, table)
          return [...seen.values()]
        },
      }
    }),
  ],
}

import type {
  ColumnDefinition,
  LogicalType,
  StoredRow,
  StoredValue,
  TableDefinition,
} from '../../schema/types.js'
import type { Tape } from './tape.js'

function column(name: string, type: LogicalType, nullable = false): ColumnDefinition {
  return { name, type, nullable }
}

function table(name: string, primaryKey: string[], columns: ColumnDefinition[]): TableDefinition {
  return { name, columns, primaryKey, indexes: [], checks: [] }
}

const integer: LogicalType = { name: 'integer' }
const text: LogicalType = { name: 'text' }

/** One key column; every kind of number. */
export const items = table(
  'items',
  ['id'],
  [
    column('a', integer, true),
    column('id', integer),
    column('t', text, true),
    column('d', { name: 'double' }, true),
    column('m', { name: 'decimal', precision: 6, scale: 2 }),
  ],
)

/** Two key columns, in another order than in the table. */
export const pairs = table(
  'pairs',
  ['y', 'x'],
  [
    column('x', integer),
    column('v', { name: 'bigint' }, true),
    column('y', text),
    column('f', { name: 'boolean' }, true),
  ],
)

/** No key: rows may be alike. */
export const loose = table('loose', [], [column('p', integer, true), column('q', text, true)])

export const tables: readonly TableDefinition[] = [items, pairs, loose]

export type Data = ReadonlyMap<string, readonly StoredRow[]>

const values: Record<string, readonly StoredValue[]> = {
  integer: [0, 1, 2, 3, 4, 5, -1, -7],
  text: ['a', 'b', '', 'B', '\u{1f600}', '\uffff'],
  double: [0, 0.5, -2.25, 4],
  decimal: [0n, 150n, -75n],
  bigint: [0n, 1n, -(2n ** 62n), 2n ** 62n],
  boolean: [true, false],
}

export function valueOf(type: LogicalType, tape: Tape): StoredValue {
  return tape.pick(values[type.name]!)
}

/** Rows of all tables, in random order, keys unique. */
export function randomData(tape: Tape): Data {
  return new Map(tables.map((definition) => [definition.name, randomRows(definition, tape)]))
}

function randomRows({ columns, primaryKey }: TableDefinition, tape: Tape): StoredRow[] {
  const rows = tape.times(0, 14, () =>
    Object.fromEntries(
      columns.map(({ name, type, nullable }) => [
        name,
        nullable && tape.chance(25) ? null : valueOf(type, tape),
      ]),
    ),
  )
  if (primaryKey.length === 0) return rows
  return [...new Map(rows.map((row) => [JSON.stringify(primaryKey.map((name) => row[name])), row])).values()]
}

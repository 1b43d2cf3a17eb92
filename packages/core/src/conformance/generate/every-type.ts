import { columnsOfTable } from '../../relation/columns-of.js'
import type { ColumnDefinition, StoredValue, TableDefinition, TypeName } from '../../schema/types.js'
import type { Dice } from '../random/dice.js'
import { randomCell } from './tables.js'
import type { ColumnCase, TableCase } from './tables.js'
import { everyType } from './types.js'
import { randomPool } from './values.js'

/** Values by which functions that resemble each other are told apart: some are in every table. */
const telling: Readonly<Partial<Record<TypeName, readonly StoredValue[]>>> = {
  integer: [-2, 3],
  bigint: [1n, 2n ** 63n - 1n],
  double: [2.75, -0.5],
  text: ['\uffff', '\u{1f600}', 'aba', 'aB'],
  json: ['[1,"a"]', '{"0":"a","a":1}'],
}

/** A table with a nullable column of every type, whose values come often enough to meet. */
export function tableOfEveryType(dice: Dice): TableCase {
  const key: ColumnDefinition = { name: 'id', type: { name: 'integer' }, nullable: false }
  const others = everyType.map((type, index): ColumnDefinition => ({
    name: `c${index}`,
    type,
    nullable: true,
  }))
  const definition: TableDefinition = {
    name: 't0',
    columns: [key, ...others],
    primaryKey: [key.name],
    indexes: [],
    checks: [],
  }
  const columns = Object.fromEntries(
    [...columnsOfTable(definition)].map(([name, { type }]): [string, ColumnCase] => [
      name,
      { pool: [...randomPool(dice, type, 'exact', 8), ...(telling[type.name] ?? [])], doubles: 'exact' },
    ]),
  )
  const rows = Array.from({ length: 12 }, (_, id) => ({
    id,
    ...Object.fromEntries(
      others.map((column) => [column.name, randomCell(dice, column, columns[column.name])]),
    ),
  }))
  return { definition, rows, columns }
}

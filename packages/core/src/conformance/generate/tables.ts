import type {
  ColumnDefinition,
  IndexDefinition,
  LogicalType,
  StoredRow,
  StoredValue,
  TableDefinition,
} from '../../schema/types.js'
import { keyColumns, keyValueSize } from '../../schema/key-size.js'
import { limits } from '../../schema/limits.js'
import type { Dice } from '../random/dice.js'
import { columnNames } from './names.js'
import { describeType, isOrdered, randomKeyType, randomType } from './types.js'
import { randomPool, randomValue } from './values.js'
import type { Doubles } from './values.js'

/** A table with its rows, and what the generators of queries want to know about its columns. */
export interface TableCase {
  readonly definition: TableDefinition
  readonly rows: readonly StoredRow[]
  readonly columns: Readonly<Record<string, ColumnCase>>
}

export interface ColumnCase {
  /** Values that occur in the column, or could: where half of the literals of a query come from. */
  readonly pool: readonly StoredValue[]
  readonly doubles: Doubles
}

export interface TableOptions {
  readonly rows: readonly [minimum: number, maximum: number]
  /** Values that the columns of several tables share, so that rows find each other in a join. */
  readonly pools?: SharedPools
}

/** Pools by type. */
export type SharedPools = Map<string, readonly StoredValue[]>

/** A random table: one to three key columns, up to six others of all types, indexes, and rows that fit. */
export function randomTable(dice: Dice, name: string, options: TableOptions): TableCase {
  const keyTypes = dice.several(1, dice.pick([1, 1, 1, 2, 3]), () => randomKeyType(dice))
  const otherTypes = dice.several(1, 6, () => randomType(dice))
  const names = columnNames(dice, keyTypes.length + otherTypes.length)
  const columns = dice.shuffle([
    ...keyTypes.map((type, index) => ({ name: names[index] ?? '', type, nullable: false })),
    ...otherTypes.map((type, index) => ({
      name: names[keyTypes.length + index] ?? '',
      type,
      nullable: dice.chance(60),
    })),
  ])
  const primaryKey = names.slice(0, keyTypes.length)
  const cases = Object.fromEntries(
    columns.map(({ name, type }) => [
      name,
      randomColumn(dice, type, primaryKey.includes(name) ? 12 : 5, options.pools),
    ]),
  )
  const definition: TableDefinition = {
    name,
    columns,
    primaryKey,
    indexes: randomIndexes(dice, name, columns, primaryKey),
    checks: [],
  }
  return { definition, rows: randomRows(dice, definition, cases, options), columns: cases }
}

function randomColumn(
  dice: Dice,
  type: LogicalType,
  size: number,
  pools: SharedPools = new Map(),
): ColumnCase {
  const doubles = dice.chance(70) ? 'exact' : 'wild'
  const name = `${describeType(type)} ${doubles}`
  const shared = pools.get(name)
  if (shared !== undefined && dice.chance(80)) return { pool: shared, doubles }
  const pool = randomPool(dice, type, doubles, size)
  pools.set(name, pool)
  return { pool, doubles }
}

function randomIndexes(
  dice: Dice,
  table: string,
  columns: readonly ColumnDefinition[],
  primaryKey: readonly string[],
): IndexDefinition[] {
  const indexable = columns.filter((column) => isOrdered(column.type)).map((column) => column.name)
  return dice
    .several(0, 2, (index) => ({
      name: `${table}_index_${index}`,
      columns: dice.sample(indexable, 1, 2),
      unique: dice.chance(20),
    }))
    .filter((index) => index.columns.length > 0 && !sameColumns(index.columns, primaryKey))
}

function sameColumns(left: readonly string[], right: readonly string[]): boolean {
  return left.length === right.length && left.every((name, position) => name === right[position])
}

function randomRows(
  dice: Dice,
  definition: TableDefinition,
  cases: Readonly<Record<string, ColumnCase>>,
  options: TableOptions,
): StoredRow[] {
  const rows = dice.several(options.rows[0], options.rows[1], () =>
    Object.fromEntries(
      definition.columns.map((column) => [column.name, randomCell(dice, column, cases[column.name])]),
    ),
  )
  return withoutDuplicates(
    definition,
    rows.filter((row) => hasShortKey(definition, row)),
  )
}

/** Whether the key of a row is one that every engine takes (TYPE-10). */
function hasShortKey(definition: TableDefinition, row: StoredRow): boolean {
  const sizes = keyColumns(definition).map(({ name, type }) => keyValueSize(type, row[name] ?? null))
  return sizes.reduce((total, size) => total + size, 0) <= limits.leastKeyBytes
}

/** One value in five is null where null is allowed; of the others most come from the pool. */
export function randomCell(
  dice: Dice,
  column: Pick<ColumnDefinition, 'type' | 'nullable'>,
  { pool, doubles }: ColumnCase = { pool: [], doubles: 'exact' },
): StoredValue {
  if (column.nullable && dice.chance(20)) return null
  return pool.length > 0 && dice.chance(75) ? dice.pick(pool) : randomValue(dice, column.type, doubles)
}

/** The rows that can be in the table together: the first of each key and of each unique index (NULL-7). */
export function withoutDuplicates(definition: TableDefinition, rows: readonly StoredRow[]): StoredRow[] {
  const unique = [
    definition.primaryKey,
    ...definition.indexes.filter((index) => index.unique).map((index) => index.columns),
  ]
  const seen = unique.map(() => new Set<string>())
  return rows.filter((row) => {
    const identities = unique.map((columns) => identityOf(columns.map((column) => row[column] ?? null)))
    if (identities.some((identity, index) => identity !== null && seen[index]?.has(identity))) return false
    identities.forEach((identity, index) => identity !== null && seen[index]?.add(identity))
    return true
  })
}

/** A text that is the same for equal values only; null when one of them is null. */
export function identityOf(values: readonly StoredValue[]): string | null {
  if (values.includes(null)) return null
  return JSON.stringify(values.map((value) => `${typeof value} ${String(value)}`))
}

import type { Expression } from '../../expression/types.js'
import type { ColumnDefinition, Key, StoredRow, StoredValue, TableDefinition } from '../../schema/types.js'
import { call } from '../generate/expressions/call.js'
import { ExpressionGenerator } from '../generate/expressions/generator.js'
import type { Scope } from '../generate/expressions/scope.js'
import { randomCell } from '../generate/tables.js'
import type { ColumnCase } from '../generate/tables.js'
import { randomKeyType } from '../generate/types.js'
import { randomPool } from '../generate/values.js'
import type { Dice, Weighted } from '../random/dice.js'
import type { Operation, Patch } from './operations.js'
import type { ConflictPolicy } from './table-model.js'

/** A table and a history of it. */
export interface History {
  readonly definition: TableDefinition
  readonly operations: readonly Operation[]
}

export function randomHistory(dice: Dice, reopens: boolean): History {
  const { definition, columns } = randomModelTable(dice)
  const maker = new OperationMaker(dice, definition, columns)
  const operations = dice.several(4, 24, () =>
    reopens && dice.chance(5) ? ({ kind: 'reopen' } as const) : maker.operation(2),
  )
  return { definition, operations }
}

type Columns = Readonly<Record<string, ColumnCase>>

/** Everything that a write can meet: generated or given keys, a version, defaults, a unique index, a check. */
function randomModelTable(dice: Dice): { readonly definition: TableDefinition; readonly columns: Columns } {
  const keys: ColumnDefinition[] = dice.chance(40)
    ? [
        {
          name: 'id',
          type: { name: dice.pick(['integer', 'bigint']) },
          nullable: false,
          generated: 'increment',
        },
      ]
    : dice.several(1, 2, (index) => ({ name: `key${index}`, type: randomKeyType(dice), nullable: false }))
  const optional: ColumnDefinition[] = [
    { name: 'edition', type: { name: 'integer' }, nullable: false, version: true },
    { name: 'tag', type: { name: 'text' }, nullable: true },
    { name: 'flag', type: { name: 'boolean' }, nullable: false, default: { kind: 'value', value: true } },
    { name: 'note', type: { name: 'json' }, nullable: true },
  ]
  const columns = [
    ...keys,
    { name: 'amount', type: { name: 'integer' as const }, nullable: true },
    { name: 'label', type: { name: 'text' as const }, nullable: false },
    ...optional.filter(() => dice.chance(60)),
  ]
  const hasTag = columns.some(({ name }) => name === 'tag')
  const condition = call('greaterThan', [
    { kind: 'column', name: 'amount' },
    { kind: 'literal', type: { name: 'integer' }, value: -5 },
  ])
  const definition: TableDefinition = {
    name: 'history',
    columns,
    primaryKey: keys.map(({ name }) => name),
    indexes: [
      ...(hasTag && dice.chance(70) ? [{ name: 'history_tag', columns: ['tag'], unique: true }] : []),
      ...(dice.chance(40) ? [{ name: 'history_amount', columns: ['amount', 'label'], unique: false }] : []),
    ],
    checks: dice.chance(50) ? [{ name: 'amount_is_no_debt', condition }] : [],
  }
  const cases = Object.fromEntries(
    columns.map((column): [string, ColumnCase] => [
      column.name,
      { pool: poolOf(dice, column), doubles: 'exact' },
    ]),
  )
  return { definition, columns: cases }
}

function poolOf(dice: Dice, column: ColumnDefinition): ColumnCase['pool'] {
  if (column.name === 'amount') return [-9, 0, 1, 2, 3]
  if (column.generated === undefined) return randomPool(dice, column.type, 'exact', 5)
  return column.type.name === 'integer' ? [1, 2, 3, 4, 7, 12] : [1n, 2n, 3n, 4n, 7n, 12n]
}

/** Makes operations whose keys and values meet those of others. */
class OperationMaker {
  readonly #dice: Dice
  readonly #definition: TableDefinition
  readonly #columns: Columns
  readonly #scope: Scope

  constructor(dice: Dice, definition: TableDefinition, columns: Columns) {
    this.#dice = dice
    this.#definition = definition
    this.#columns = columns
    this.#scope = definition.columns.map(({ name, type, nullable }) => ({
      name,
      type,
      nullable,
      pool: columns[name]?.pool ?? [],
      doubles: 'exact' as const,
      approximate: false,
    }))
  }

  operation(transactions: number): Operation {
    const dice = this.#dice
    const make = dice.weighted<() => Operation>([
      [8, () => ({ kind: 'insert', rows: this.#rows(), onConflict: this.#policy() })],
      [6, () => ({ kind: 'put', rows: this.#rows() })],
      [5, () => ({ kind: 'patch', ...this.#patch() })],
      [2, () => ({ kind: 'patchMany', patches: dice.several(0, 3, () => this.#patch()) })],
      [3, () => ({ kind: 'delete', key: this.#key(), ...this.#expectedVersion() })],
      [2, () => ({ kind: 'deleteMany', keys: dice.several(0, 4, () => this.#key()) })],
      [1, () => ({ kind: 'clear' })],
      [4, () => ({ kind: 'update', condition: this.#condition(), set: this.#set() })],
      [2, () => ({ kind: 'deleteWhere', condition: this.#condition() })],
      [3, () => ({ kind: 'read', keys: dice.several(1, 4, () => this.#key()) })],
      [2, () => ({ kind: 'where', condition: this.#condition() })],
      [transactions > 0 ? 4 : 0, () => this.#transaction(transactions)],
    ] satisfies Weighted<() => Operation>[])
    return make()
  }

  #transaction(depth: number): Operation {
    return {
      kind: 'transaction',
      operations: this.#dice.several(0, 5, () => this.operation(depth - 1)),
      ending: this.#dice.chance(60) ? 'commit' : 'throw',
    }
  }

  #policy(): ConflictPolicy {
    return this.#dice.pick(['error', 'error', 'skip', 'replace'])
  }

  /** All rows of a call have a key, or the engine generates them all: who would come first is nobody's promise. */
  #rows(): StoredRow[] {
    const generates = this.#dice.chance(60)
    const least = this.#dice.chance(10) ? 0 : 1
    return this.#dice.several(least, this.#dice.pick([1, 1, 3, 6]), () => this.#row(generates))
  }

  /** A row without its version, and now and then without what may be left out. */
  #row(generates: boolean): StoredRow {
    const cells = this.#definition.columns
      .filter((column) => column.version === undefined && !(generates && column.generated !== undefined))
      .filter((column) => !(this.#isOptional(column) && this.#dice.chance(20)))
      .map((column) => [column.name, this.#cell(column)] as const)
    return Object.fromEntries(cells)
  }

  #isOptional(column: ColumnDefinition): boolean {
    return column.nullable || column.default !== undefined
  }

  /** Keys come from the pool alone, so that they meet. */
  #cell(column: ColumnDefinition): StoredValue {
    const { pool = [] } = this.#columns[column.name] ?? {}
    return this.#definition.primaryKey.includes(column.name)
      ? this.#dice.pick(pool)
      : randomCell(this.#dice, column, { pool, doubles: 'exact' })
  }

  #key(): Key {
    return this.#definition.primaryKey.map((name) => this.#dice.pick(this.#columns[name]?.pool ?? []))
  }

  #patch(): Patch {
    const columns = this.#dice.sample(this.#changeable(), 1, 2)
    const set = columns.map((column) => [column.name, this.#cell(column)] as const)
    return { key: this.#key(), set: Object.fromEntries(set), ...this.#expectedVersion() }
  }

  #expectedVersion(): { readonly version?: number } {
    const versioned = this.#definition.columns.some(({ version }) => version === true)
    return versioned && this.#dice.chance(40) ? { version: this.#dice.integer(1, 3) } : {}
  }

  #changeable(): readonly ColumnDefinition[] {
    return this.#definition.columns.filter(
      ({ name, version }) => version === undefined && !this.#definition.primaryKey.includes(name),
    )
  }

  #condition(): Expression {
    return new ExpressionGenerator(this.#dice, this.#scope).condition(this.#dice.integer(1, 3))
  }

  /** New values for one or two columns of no unique index: which row would violate it first is nobody's promise. */
  #set(): { readonly name: string; readonly expression: Expression }[] {
    const unique = this.#definition.indexes.filter((index) => index.unique).flatMap((index) => index.columns)
    const columns = this.#changeable().filter(({ name }) => !unique.includes(name))
    const generator = new ExpressionGenerator(this.#dice, this.#scope)
    return this.#dice
      .sample(columns, 1, 2)
      .map(({ name, type }) => ({ name, expression: generator.of(type, this.#dice.integer(0, 2)) }))
  }
}

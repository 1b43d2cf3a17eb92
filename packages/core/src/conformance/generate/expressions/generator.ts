import type { Expression, FunctionName, Literal } from '../../../expression/types.js'
import type { LogicalType, StoredValue, TypeName } from '../../../schema/types.js'
import type { Dice, Weighted } from '../../random/dice.js'
import { isOrdered, randomType, sameType } from '../types.js'
import { randomValue } from '../values.js'
import { conditionalProductions } from './conditional.js'
import { conditionProductions, plainCondition } from './conditions.js'
import { jsonProductions } from './json.js'
import { numberProductions } from './numbers.js'
import { exactColumns } from './scope.js'
import type { Scope, ScopeColumn } from './scope.js'
import { textProductions } from './text.js'
import { timeProductions } from './time.js'

/** A way to make an expression of a wanted type by calling one function. */
export interface Production {
  readonly function: FunctionName
  readonly weight: number
  /** Types of which it computes; it is rarely chosen where no column is of any of them. */
  readonly reads?: readonly TypeName[]
  readonly gives: (wanted: LogicalType) => boolean
  readonly make: (generator: ExpressionGenerator, wanted: LogicalType, depth: number) => Expression
}

/** Every scalar function of the registry, each at least once. */
export const productions: readonly Production[] = [
  ...conditionProductions,
  ...numberProductions,
  ...textProductions,
  ...timeProductions,
  ...jsonProductions,
  ...conditionalProductions,
]

/** Makes well-typed expressions over a scope. `depth` bounds the calls within calls. */
export class ExpressionGenerator {
  readonly dice: Dice
  readonly scope: Scope

  constructor(dice: Dice, scope: Scope) {
    this.dice = dice
    this.scope = exactColumns(scope)
  }

  /** An expression of exactly this type. */
  of(type: LogicalType, depth: number): Expression {
    const chanceOfLeaf = this.columnsOf(type).length > 0 ? 35 : 5
    return depth <= 0 || this.dice.chance(chanceOfLeaf) ? this.leaf(type) : this.#call(type, depth)
  }

  /** A condition: often a plain one on a column, else any call. */
  condition(depth: number): Expression {
    if (depth > 0 && !this.dice.chance(40)) return this.#call({ name: 'boolean' }, depth)
    return this.scope.length === 0
      ? this.leaf({ name: 'boolean' })
      : plainCondition(this, this.dice.pick(this.scope))
  }

  #call(wanted: LogicalType, depth: number): Expression {
    const present = new Set(this.scope.map((column) => column.type.name))
    const choices = productions
      .filter((production) => production.gives(wanted))
      .map((production): Weighted<Production> => {
        const readable = production.reads?.some((name) => present.has(name)) ?? true
        return [readable ? production.weight * 8 : 1, production]
      })
    return choices.length === 0 ? this.leaf(wanted) : this.dice.weighted(choices).make(this, wanted, depth)
  }

  /** A column if there is one of this type, else a literal. */
  leaf(type: LogicalType): Expression {
    const columns = this.columnsOf(type)
    return columns.length > 0 && this.dice.chance(80)
      ? { kind: 'column', name: this.dice.pick(columns).name }
      : this.literal(type)
  }

  /** Half of the literals are values that occur in a column of the type. */
  literal(type: LogicalType): Literal {
    return { kind: 'literal', type, value: this.value(type) }
  }

  value(type: LogicalType): StoredValue {
    const pool = this.columnsOf(type).flatMap((column) => column.pool)
    return pool.length > 0 && this.dice.chance(60) ? this.dice.pick(pool) : randomValue(this.dice, type)
  }

  /** A value that is likely in the column. */
  valueOf({ pool, type, doubles }: ScopeColumn): StoredValue {
    return pool.length > 0 && this.dice.chance(85)
      ? this.dice.pick(pool)
      : randomValue(this.dice, type, doubles)
  }

  /** A type that is worth computing with: mostly that of a column at hand. */
  type(): LogicalType {
    return this.scope.length > 0 && this.dice.chance(95)
      ? this.dice.pick(this.scope).type
      : randomType(this.dice)
  }

  orderedType(): LogicalType {
    const type = this.type()
    return isOrdered(type) ? type : { name: 'integer' }
  }

  /** One of the types, preferring those of columns at hand. */
  typeAmong(types: readonly LogicalType[]): LogicalType {
    const present = types.filter((type) => this.columnsOf(type).length > 0)
    return this.dice.pick(present.length > 0 && this.dice.chance(80) ? present : types)
  }

  columnsOf(type: LogicalType): ScopeColumn[] {
    return this.scope.filter((column) => sameType(column.type, type))
  }
}

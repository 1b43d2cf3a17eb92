import { columnsOf } from '../../../relation/columns-of.js'
import type { Relation, ScanNode } from '../../../relation/types.js'
import type { Dice } from '../../random/dice.js'
import { approximateColumns } from '../approximate.js'
import { ExpressionGenerator } from '../expressions/generator.js'
import type { Scope, ScopeColumn } from '../expressions/scope.js'
import type { TableCase } from '../tables.js'

/** A relation under construction with what is known about its columns. */
export interface Draft {
  readonly relation: Relation
  readonly scope: Scope
}

/** What the generators of nodes share. */
export interface Workshop {
  readonly dice: Dice
  readonly tables: readonly TableCase[]
  /** The name of the database in the leaves. */
  readonly database: string
  /** A column name that was not used before in this relation. */
  readonly freshName: () => string
}

/** What is remembered of a column beyond its type. */
export type Hint = Pick<ScopeColumn, 'pool' | 'doubles'>

/** Of a computed column nothing is known: its doubles may be any. */
export const computed: Hint = { pool: [], doubles: 'wild' }

/** The relation with its columns as the type checker sees them, and the hints that are known. */
export function draft(relation: Relation, hints: ReadonlyMap<string, Hint>): Draft {
  const approximate = approximateColumns(relation)
  const scope = [...columnsOf(relation)].map(([name, { type, nullable }]): ScopeColumn => {
    const { pool, doubles } = hints.get(name) ?? computed
    return { name, type, nullable, pool, doubles, approximate: approximate.has(name) }
  })
  return { relation, scope }
}

export function hintsOf(scope: Scope): Map<string, Hint> {
  return new Map(scope.map((column) => [column.name, column]))
}

export function scanOf(table: TableCase, database: string): Draft {
  const relation: ScanNode = { node: 'scan', table: table.definition, database }
  return draft(relation, new Map(Object.entries(table.columns)))
}

export function expressionsOf(workshop: Workshop, input: Draft): ExpressionGenerator {
  return new ExpressionGenerator(workshop.dice, input.scope)
}

import { HoldfastError } from '../backend/errors.js'
import { ColumnExpression } from '../expression/index.js'
import type { Expression, UntypedRowExpressions } from '../expression/index.js'
import { columnsOf } from '../relation/index.js'
import type { JoinNode, Relation, RelationColumns } from '../relation/index.js'
import { columnNamed, freshName, relationOf, settled, withoutRange } from './query-state.js'
import type { QueryState } from './query-state.js'

/** What a join still needs: its condition, over the sources of both sides. */
export interface OpenJoin {
  readonly sources: readonly UntypedRowExpressions[]
  readonly on: (condition: Expression) => QueryState
}

/** Puts two queries side by side. Columns of the right side whose names the left side has get new names inside. */
export function joined(kind: JoinNode['kind'], leftState: QueryState, rightState: QueryState): OpenJoin {
  const left = withoutRange(leftState)
  const names = innerNames(left.rows, rightState)
  const right = renamed(settledRight(rightState), names)
  const columns = pairColumns(left.rows, right, kind)
  const rightSources = rightState.sources.map((source) => relocated(source, names, columns))
  const sources = [...left.sources, ...rightSources]
  const clash = left.clash ?? rightState.clash ?? clashOf(left.sources, rightSources)
  return {
    sources,
    on: (condition) => ({
      runner: left.runner.with(rightState.runner),
      sources,
      rows: { node: 'join', kind, left: left.rows, right, condition },
      terms: left.terms,
      ...(clash !== undefined && { clash }),
    }),
  }
}

/** An order of the right side alone decides nothing. */
function settledRight(state: QueryState): Relation {
  return relationOf(withoutRange(state) === state ? { ...state, terms: [] } : settled(state))
}

/** The names of the right side's columns within the join, by their names now. */
function innerNames(left: Relation, right: QueryState): ReadonlyMap<string, string> {
  const rightNames = [...columnsOf(right.rows).keys()]
  const taken = new Set([...columnsOf(left).keys()].map((name) => name.toLowerCase()))
  const clashing = rightNames.filter((name) => taken.has(name.toLowerCase()))
  for (const name of rightNames) taken.add(name.toLowerCase())
  return new Map(
    rightNames.map((name) => {
      if (!clashing.includes(name)) return [name, name]
      const inner = freshName(name, taken)
      taken.add(inner.toLowerCase())
      return [name, inner]
    }),
  )
}

function renamed(relation: Relation, names: ReadonlyMap<string, string>): Relation {
  if ([...names].every(([name, inner]) => name === inner)) return relation
  const columns = [...names].map(([name, inner]) => ({ name: inner, expression: columnNamed(name) }))
  return { node: 'project', input: relation, columns }
}

function pairColumns(left: Relation, right: Relation, kind: JoinNode['kind']): RelationColumns {
  const rightColumns = [...columnsOf(right)].map(([name, column]) => {
    return [name, kind === 'left' ? { ...column, nullable: true } : column] as const
  })
  return new Map([...columnsOf(left), ...rightColumns])
}

/** A source of the right side as the callbacks of the join see it. */
function relocated(
  source: UntypedRowExpressions,
  names: ReadonlyMap<string, string>,
  columns: RelationColumns,
): UntypedRowExpressions {
  // Unknown names are refused by the prototype.
  const row = Object.create(Object.getPrototypeOf(source) as object) as Record<string, ColumnExpression>
  for (const [name, { expression }] of Object.entries(source)) {
    const inner = expression.kind === 'column' ? names.get(expression.name) : undefined
    const columnType = inner === undefined ? undefined : columns.get(inner)
    if (inner === undefined || columnType === undefined)
      throw new HoldfastError('INTERNAL', 'A source has lost a column.')
    row[name] = new ColumnExpression({ expression: columnNamed(inner), columnType })
  }
  return Object.freeze(row)
}

function clashOf(
  left: readonly UntypedRowExpressions[],
  right: readonly UntypedRowExpressions[],
): string | undefined {
  const taken = new Set(left.flatMap((source) => Object.keys(source)).map((name) => name.toLowerCase()))
  return right.flatMap((source) => Object.keys(source)).find((name) => taken.has(name.toLowerCase()))
}

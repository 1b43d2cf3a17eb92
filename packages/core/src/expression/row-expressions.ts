import { columnsOfTable } from '../relation/columns-of.js'
import type { RelationColumns } from '../relation/types.js'
import { didYouMean } from '../schema/nearest.js'
import type { TableDefinition } from '../schema/types.js'
import { ColumnExpression } from './builder.js'
import { failure, within } from './path.js'

/** The columns of a row as expressions, by name. */
export type UntypedRowExpressions = Readonly<Record<string, ColumnExpression>>

const made = new WeakMap<RelationColumns, UntypedRowExpressions>()

/**
 * The columns of a relation or a table as expressions under their names. Made once for each.
 * Reading a name that is no column throws `UNKNOWN_COLUMN`.
 */
export function rowExpressions(columns: RelationColumns | TableDefinition): UntypedRowExpressions {
  const ofRelation = 'primaryKey' in columns ? columnsOfTable(columns) : columns
  let row = made.get(ofRelation)
  if (row === undefined) {
    row = makeRow(ofRelation)
    made.set(ofRelation, row)
  }
  return row
}

function makeRow(columns: RelationColumns): UntypedRowExpressions {
  const row = Object.fromEntries(
    Array.from(columns, ([name, columnType]) => {
      const expression = Object.freeze({ kind: 'column' as const, name })
      return [name, new ColumnExpression({ expression, columnType })]
    }),
  )
  return Object.freeze(Object.setPrototypeOf(row, unknownNames(columns)) as UntypedRowExpressions)
}

/** What JavaScript itself asks of any object, where undefined is the answer that it needs. */
const askedByLanguage = new Set(['then', 'toJSON'])

/** The prototype of a row: it is only asked for names that the row does not have. */
function unknownNames(columns: RelationColumns): object {
  return new Proxy(Object.freeze(Object.create(null) as object), {
    get(_, name) {
      if (typeof name === 'symbol' || askedByLanguage.has(name)) return undefined
      const hint = didYouMean(name, columns.keys())
      throw failure(
        'UNKNOWN_COLUMN',
        `there is no column ${JSON.stringify(name.slice(0, 80))}${hint}`,
        within(undefined, 'row'),
      )
    },
  })
}

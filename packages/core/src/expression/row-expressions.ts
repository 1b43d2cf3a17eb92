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
  const row: Record<string, ColumnExpression> = {}
  for (const [name, columnType] of columns) {
    row[name] = new ColumnExpression({ expression: Object.freeze({ kind: 'column', name }), columnType })
  }
  return Object.freeze({ __proto__: unknownNames, ...row } as unknown as UntypedRowExpressions)
}

/** What JavaScript itself asks of any object, where undefined is the answer that it needs. */
const askedByLanguage: ReadonlySet<string> = new Set(['then', 'toJSON'])

/** The prototype of every row: it is only asked for names that the row does not have. */
const unknownNames = new Proxy(Object.freeze({ __proto__: null }), {
  get(_, name, row: object) {
    if (typeof name === 'symbol' || askedByLanguage.has(name)) return undefined
    const shown = JSON.stringify(name.slice(0, 80))
    const message = `there is no column ${shown}${didYouMean(name, Object.keys(row))}`
    throw failure('UNKNOWN_COLUMN', message, within(undefined, 'row'))
  },
})

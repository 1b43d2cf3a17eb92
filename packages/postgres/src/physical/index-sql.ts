import { columnsOfTable, HoldfastError, typeOfExpression } from '@holdfast/core/backend'
import type { Expression, TableDefinition } from '@holdfast/core/backend'
import { bindSlots, compileTableExpression, quoteIdentifier as quote } from '@holdfast/sql'
import type { Dialect } from '@holdfast/sql'
import { physicalIndexName, qualified } from '../catalog/names.js'
import { withLiterals } from '../codec/literals.js'
import { searchDocument } from '../search/search.js'
import type { IndexDesign } from './design.js'

export interface IndexTarget {
  readonly schema: string
  readonly table: TableDefinition
  /** How queries read the table: an index serves those that say the same. */
  readonly dialect: Dialect
  /** The schema of each extension that is there. */
  readonly extensions: ReadonlyMap<string, string>
}

/**
 * The statement that creates an index, unless one of its name is there.
 *
 * @throws HoldfastError `UNSUPPORTED` where an extension is lacking, `INVALID_ARGUMENT` for an expression that has no SQL
 */
export function createPhysicalIndexSql(index: IndexDesign, target: IndexTarget): string {
  const { schema, table } = target
  const name = quote(physicalIndexName(table.name, index.name))
  const include = index.include.length === 0 ? '' : ` INCLUDE (${index.include.map(quote).join(', ')})`
  const settings = index.pagesPerRange === undefined ? '' : ` WITH (pages_per_range = ${index.pagesPerRange})`
  const where = index.where === undefined ? '' : ` WHERE ${expressionSql(index.where, index, target)}`
  const keys = keysSql(index, target).join(', ')
  return `CREATE INDEX IF NOT EXISTS ${name} ON ${qualified(schema, table.name)} USING ${index.method} (${keys})${include}${settings}${where}`
}

function keysSql(index: IndexDesign, target: IndexTarget): readonly string[] {
  const { keys, extension } = index
  const home = extension === undefined ? '' : homeOf(extension, index, target)
  switch (keys.kind) {
    case 'values':
      return keys.terms.map(({ expression, direction, nulls }) => {
        const value = `(${expressionSql(expression, index, target)})`
        // Other methods know no order.
        if (index.method !== 'btree') return value
        const order = direction === 'descending' ? ' DESC' : ''
        // Not written for what is never null, as in queries: PostgreSQL takes both for different orders.
        const { nullable } = typeOfExpression(expression, columnsOfTable(target.table))
        return `${value}${order}${nullable ? ` NULLS ${nulls.toUpperCase()}` : ''}`
      })
    case 'words':
      return [`(${searchDocument(keys.columns)})`]
    case 'trigrams':
      return keys.texts.map(
        (text) => `(${expressionSql(text, index, target)}) ${qualified(home, `${index.method}_trgm_ops`)}`,
      )
    case 'document':
      return [`(${quote(keys.column)}::jsonb) jsonb_path_ops`]
  }
}

/** The schema of what an extension brings, which need not be on the search path. */
function homeOf(extension: string, { name }: IndexDesign, { extensions, table }: IndexTarget): string {
  const home = extensions.get(extension)
  if (home !== undefined) return home
  throw new HoldfastError(
    'UNSUPPORTED',
    `The index "${name}" of the table "${table.name}" needs the extension "${extension}", which the database does not have. Name it in the option "extensions".`,
    { table: table.name, path: `indexes.${name}` },
  )
}

function expressionSql(
  expression: Expression,
  { name }: IndexDesign,
  { table, dialect }: IndexTarget,
): string {
  const statement = compileTableExpression(table, expression, dialect)
  if (statement !== undefined) {
    return withLiterals(statement.sql, bindSlots<string | null>(statement.parameters, []))
  }
  throw new HoldfastError(
    'INVALID_ARGUMENT',
    `The index "${name}" of the table "${table.name}" has an expression that PostgreSQL does not evaluate as Holdfast does, so that no query could use the index.`,
    { table: table.name, path: `indexes.${name}` },
  )
}

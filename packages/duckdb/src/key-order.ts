import type { Expression, Relation, TableDefinition } from '@holdfast/core/backend'
import { isKeyOrder, quoteIdentifier as quote } from '@holdfast/sql'
import type { Dialect } from '@holdfast/sql'
import { prepareQuery } from './prepared.js'
import type { PreparedQuery } from './prepared.js'

/** A query of one table in the order of its key, and what it takes to run it without sorting. */
export interface KeyOrder {
  readonly table: TableDefinition
  /** The query without its order: its rows come as they lie in the table. */
  readonly unsorted: PreparedQuery
  /** Gives a row if the rows of the table lie in another order than that of the key. */
  readonly disorder: string
}

/**
 * How a query is run without sorting where the rows of its table lie in the order of its key already, as those do that were
 * inserted in this order; undefined for a query in another order, or of more than one table. DuckDB sorts a whole answer in
 * memory before the first row of it can be read.
 */
export function keyOrderOf(relation: Relation, dialect: Dialect): KeyOrder | undefined {
  const found = withoutKeyOrder(relation)
  if (found === undefined) return undefined
  const { table, unsorted } = found
  return { table, unsorted: prepareQuery(unsorted, dialect), disorder: disorderSql(table) }
}

interface Unsorted {
  readonly table: TableDefinition
  readonly unsorted: Relation
}

function withoutKeyOrder(relation: Relation): Unsorted | undefined {
  switch (relation.node) {
    case 'project': {
      const found = withoutKeyOrder(relation.input)
      return found && { table: found.table, unsorted: { ...relation, input: found.unsorted } }
    }
    case 'sort': {
      const table = filteredTable(relation.input)
      const isSorted = table !== undefined && isKeyOrder(relation.terms, table)
      return isSorted ? { table, unsorted: relation.input } : undefined
    }
    default:
      return undefined
  }
}

/** The table of which a relation keeps some rows, in the order in which DuckDB finds them. */
function filteredTable(relation: Relation): TableDefinition | undefined {
  if (relation.node === 'scan') return relation.table
  if (relation.node !== 'filter' || hasList(relation.condition)) return undefined
  return filteredTable(relation.input)
}

/** Lists are subqueries: DuckDB may begin a join with them, and then keeps no order. */
function hasList(expression: Expression): boolean {
  if (expression.kind === 'call') return expression.function === 'in' || expression.arguments.some(hasList)
  return expression.kind === 'parameter' && expression.list === true
}

function disorderSql({ name, primaryKey }: TableDefinition): string {
  const key = primaryKey.map(quote)
  const before = key.map((_, index) => `before${index}`)
  const columns = key.flatMap((column, index) => [column, `lag(${column}) OVER () AS ${before[index]!}`])
  const ascends = `row(${before.join(', ')}) < row(${key.join(', ')})`
  return `SELECT true FROM (SELECT ${columns.join(', ')} FROM ${quote(name)}) WHERE ${before[0]!} IS NOT NULL AND NOT ${ascends} LIMIT 1`
}

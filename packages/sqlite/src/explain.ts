import type { Parameters } from '@holdfast/core/backend'
import type { Connection } from './connection.js'
import type { PreparedQuery } from './prepared.js'

interface PlanRow {
  readonly id: number
  readonly parent: number
  readonly detail: string
}

/** The statement, and SQLite's plan of it as an indented tree. */
export function explainQuery(
  connection: Connection,
  query: PreparedQuery,
  parameters: Parameters,
): { readonly sql: string; readonly plan: string } {
  const statement = connection.database.prepare(`EXPLAIN QUERY PLAN ${query.sql}`)
  const rows = statement.all(...query.bind(parameters)) as PlanRow[]
  const depths = new Map<number, number>()
  const lines = rows.map(({ id, parent, detail }) => {
    const depth = depths.has(parent) ? depths.get(parent)! + 1 : 0
    depths.set(id, depth)
    return `${'  '.repeat(depth)}${detail}`
  })
  return { sql: query.sql, plan: lines.join('\n') }
}

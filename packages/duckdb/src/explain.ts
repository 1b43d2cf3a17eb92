import type { Parameters } from '@holdfast/core/backend'
import type { NamedColumn } from './codec/rows.js'
import type { Connection } from './connection.js'
import type { PreparedQuery } from './prepared.js'

const columns: readonly NamedColumn[] = ['kind', 'plan'].map((name) => ({
  name,
  type: { name: 'text' },
  nullable: false,
}))

/** The statement, and DuckDB's plan of it as a drawing. */
export async function explainQuery(
  connection: Connection,
  query: PreparedQuery,
  parameters: Parameters,
): Promise<{ readonly sql: string; readonly plan: string }> {
  const { sql, bindings } = query.command(parameters)
  const rows = await connection.all({ sql: `EXPLAIN ${sql}`, bindings, columns })
  return { sql, plan: rows.map((row) => row['plan'] as string).join('\n') }
}

import type { Access } from './access.js'
import type { BoundQuery } from './prepared.js'

/** The statement, and PostgreSQL's plan of it. */
export function explainQuery(
  access: Access,
  { sql, values }: BoundQuery,
): Promise<{ readonly sql: string; readonly plan: string }> {
  return access.read(async (run) => {
    const lines: string[] = []
    await run([{ text: `EXPLAIN ${sql}`, values, onRow: ([line]) => lines.push(line ?? '') }])
    return { sql, plan: lines.join('\n') }
  })
}

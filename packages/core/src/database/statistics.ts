import type { Statistics } from '../backend/types.js'
import type { TableDefinition } from '../schema/types.js'
import type { Call } from './diagnostics.js'
import { runnerOf } from './query-run.js'
import type { Scope } from './scope.js'

/** Sizes and counts as the engine knows them, or the rows of every table counted. */
export async function statistics(scope: Scope, call: Call): Promise<Statistics> {
  const { engine } = scope.connection
  if (engine.stats !== undefined) return engine.stats()
  const tables = []
  for (const table of await scope.tables())
    tables.push({ name: table.name, rows: await countRows(scope, table, call) })
  return { tables }
}

async function countRows(scope: Scope, table: TableDefinition, call: Call): Promise<number> {
  const { name } = scope.connection
  const aggregates = [{ name: 'rows', function: 'count' } as const]
  const input = { node: 'scan', table, database: name } as const
  const [row] = await runnerOf(scope).storedRows({ node: 'aggregate', input, groups: [], aggregates }, call)
  return Number(row?.['rows'])
}

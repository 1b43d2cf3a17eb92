import type { Run } from '../access.js'
import { qualified } from '../catalog/names.js'
import type { Step } from '../wire/step.js'
import type { Partitioning } from './design.js'

/** How tables are cut into parts: PostgreSQL does not know how wide the next range is to be. */
export const partitioningsTable = 'holdfast_partitionings'

/** By the names of tables. */
export async function readPartitionings(
  run: Run,
  schema: string,
  tables: readonly { readonly name: string }[],
): Promise<ReadonlyMap<string, Partitioning>> {
  const partitionings = new Map<string, Partitioning>()
  if (!tables.some(({ name }) => name === partitioningsTable)) return partitionings
  const text = `SELECT name, partitioning FROM ${qualified(schema, partitioningsTable)}`
  await run([
    {
      text,
      prepared: true,
      onRow: ([name, partitioning]) =>
        void partitionings.set(name!, JSON.parse(partitioning!) as Partitioning),
    },
  ])
  return partitionings
}

export function writePartitioning(
  schema: string,
  name: string,
  partitioning: Partitioning | undefined,
): readonly Step[] {
  if (partitioning === undefined) return []
  const table = qualified(schema, partitioningsTable)
  return [
    { text: `CREATE TABLE IF NOT EXISTS ${table} (name text PRIMARY KEY, partitioning json NOT NULL)` },
    {
      text: `INSERT INTO ${table} (name, partitioning) VALUES ($1, $2::json) ON CONFLICT (name) DO UPDATE SET partitioning = excluded.partitioning`,
      values: [name, JSON.stringify(partitioning)],
    },
  ]
}

export function forgetPartitioning(schema: string, name: string): Step {
  return { text: `DELETE FROM ${qualified(schema, partitioningsTable)} WHERE name = $1`, values: [name] }
}

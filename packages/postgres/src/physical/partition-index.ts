import type { Run } from '../access.js'
import type { CatalogTable } from '../catalog/catalog.js'
import { constraintOf, schemaOf, sqlStateOf } from '../wire/exchange-error.js'

/** A unique index of a part refuses rows under a name of its own: learns which index of the whole table it belongs to. */
export async function learnPartitionIndex(
  error: unknown,
  { partitionIndexes, uniqueIndexes }: CatalogTable,
  run: Run,
): Promise<void> {
  const constraint = constraintOf(error)
  const isKnown = constraint === undefined || uniqueIndexes.has(constraint)
  if (partitionIndexes === undefined || isKnown || sqlStateOf(error) !== '23505') return
  const index = "to_regclass(format('%I.%I', $1::text, $2::text))"
  await run([
    {
      text: `SELECT c.relname FROM pg_class c WHERE c.oid = pg_partition_root(${index})`,
      values: [schemaOf(error) ?? null, constraint],
      prepared: true,
      onRow: ([whole]) => void partitionIndexes.set(constraint, whole!),
    },
  ])
}

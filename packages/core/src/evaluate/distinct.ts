import type { RelationColumns } from '../relation/types.js'
import type { Identity } from '../schema/compare.js'
import { tupleIdentity } from '../schema/compare.js'
import { mapBatches } from './operator.js'
import type { UnaryOperator } from './operator.js'

/** Keeps the first of the rows that are equal in all columns (NULL-6). */
export function distinctOperator(columns: RelationColumns): UnaryOperator {
  const names = [...columns.keys()]
  const identityOf = tupleIdentity([...columns.values()].map(({ type }) => type))
  return (input) => {
    const seen = new Set<Identity>()
    return mapBatches(input, (batch) =>
      batch.filter((row) => {
        const size = seen.size
        return seen.add(identityOf(names.map((name) => row[name]!))).size > size
      }),
    )
  }
}

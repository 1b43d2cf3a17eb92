import type { Parameters } from '../backend/types.js'
import { compileRowExpression } from '../expression/compile.js'
import { typeOfExpression } from '../expression/type-of.js'
import type { AggregateNode, RelationColumns } from '../relation/types.js'
import type { Identity } from '../schema/compare.js'
import { tupleIdentity } from '../schema/compare.js'
import type { StoredRow } from '../schema/types.js'
import { compileAggregate } from './accumulators.js'
import type { Accumulator } from './accumulators.js'
import { inBatches } from './operator.js'
import type { UnaryOperator } from './operator.js'

interface Group {
  /** The values of the group's columns; becomes the output row. */
  readonly row: StoredRow
  readonly accumulators: readonly Accumulator[]
}

/** One row per group, in the order of the groups' first rows (AGG-1, NULL-6). */
export function aggregateOperator(node: AggregateNode, columns: RelationColumns): UnaryOperator {
  const names = node.groups.map(({ name }) => name)
  const groupValues = node.groups.map(({ expression }) => compileRowExpression(expression, columns))
  const identityOf = tupleIdentity(
    node.groups.map(({ expression }) => typeOfExpression(expression, columns).type),
  )
  const factories = node.aggregates.map((column) => compileAggregate(column, columns))
  const outputs = node.aggregates.map(({ name }) => name)

  const makeGroup = (values: readonly StoredRow[string][]): Group => ({
    row: Object.fromEntries(names.map((name, index) => [name, values[index]!])),
    accumulators: factories.map((make) => make()),
  })

  const finished = ({ row, accumulators }: Group): StoredRow => {
    accumulators.forEach((accumulator, index) => (row[outputs[index]!] = accumulator.result()))
    return row
  }

  return async function* (input, parameters: Parameters) {
    const groups = new Map<Identity, Group>()
    if (names.length === 0) groups.set(identityOf([]), makeGroup([]))
    for await (const batch of input) {
      for (const row of batch) {
        const values = groupValues.map((value) => value(row, parameters))
        const identity = identityOf(values)
        let group = groups.get(identity)
        if (group === undefined) groups.set(identity, (group = makeGroup(values)))
        for (const accumulator of group.accumulators) accumulator.take(row, parameters)
      }
    }
    yield* inBatches(Array.from(groups.values(), finished))
  }
}

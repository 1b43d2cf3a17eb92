import type { Batch, Parameters } from '../backend/types.js'
import { compileRowExpression } from '../expression/compile.js'
import { typeOfExpression } from '../expression/type-of.js'
import type { RelationColumns, WindowColumn, WindowNode } from '../relation/types.js'
import type { Identity } from '../schema/compare.js'
import { tupleIdentity } from '../schema/compare.js'
import type { StoredRow, StoredValue } from '../schema/types.js'
import { inBatches, placed } from './operator.js'
import type { UnaryOperator } from './operator.js'
import { compileOrder } from './row-order.js'
import type { OrderedRow } from './row-order.js'
import { heldRows } from './spill/held-rows.js'
import { rowSize, valueSize } from './spill/row-size.js'
import { compileWindowFunction } from './window-functions.js'
import { compileSpilledWindow } from './window-spilled.js'

/** What a row takes while the windows of its partition are worked out, beside its values. */
const entrySize = 160

/** Adds columns to all rows; keeps their order. */
export function windowOperator(node: WindowNode, columns: RelationColumns): UnaryOperator {
  const computations = node.columns.map((column) => ({
    name: column.name,
    compute: compileWindow(column, columns),
  }))
  const spilled = compileSpilledWindow(node, columns)
  const sizeOfRow = rowSize(columns)
  const added = entrySize + valueSize * node.columns.length
  const sizeOf = (row: StoredRow): number => sizeOfRow(row) + added

  return async function* (input, parameters, workspace): AsyncGenerator<Batch> {
    const rows = await heldRows(placed(input), sizeOf, workspace.limit)
    if (!Array.isArray(rows)) {
      yield* spilled(rows, parameters, workspace)
      return
    }
    const results = computations.map(({ name, compute }) => ({ name, values: compute(rows, parameters) }))
    for (const { name, values } of results) {
      for (const [index, row] of rows.entries()) row[name] = values[index]!
    }
    yield* inBatches(rows)
  }
}

/** Gives the value of a window column for each row, in the order of the rows. */
function compileWindow(column: WindowColumn, columns: RelationColumns) {
  const partitionsOf = compilePartition(column, columns)
  const { entry, compare } = compileOrder(column.orderBy, columns)
  const start = compileWindowFunction(column, columns)
  return (input: readonly StoredRow[], parameters: Parameters): StoredValue[] => {
    const values = new Array<StoredValue>(input.length)
    const entries = input.map((row, position) => entry(row, position, parameters))
    const context = { compare, parameters }
    for (const partition of partitionsOf(entries, parameters)) {
      const rows = partition.sort(compare)
      const { take, end, next } = start(context)
      let index = 0
      const give = (): void => {
        for (let value = next(); value !== undefined; value = next()) values[rows[index++]!.position] = value
      }
      for (const row of rows) {
        take(row)
        give()
      }
      end()
      give()
    }
    return values
  }
}

/** Rows with equal `partitionBy` values together; null equals null (NULL-6). */
function compilePartition({ partitionBy }: WindowColumn, columns: RelationColumns) {
  const values = partitionBy.map((expression) => compileRowExpression(expression, columns))
  const identityOf = tupleIdentity(
    partitionBy.map((expression) => typeOfExpression(expression, columns).type),
  )
  return (entries: readonly OrderedRow[], parameters: Parameters): Iterable<OrderedRow[]> => {
    const partitions = new Map<Identity, OrderedRow[]>()
    for (const entry of entries) {
      const identity = identityOf(values.map((value) => value(entry.row, parameters)))
      const partition = partitions.get(identity)
      if (partition === undefined) partitions.set(identity, [entry])
      else partition.push(entry)
    }
    return partitions.values()
  }
}

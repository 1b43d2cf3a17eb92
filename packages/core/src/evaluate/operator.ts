import type { Batch, Batches, Parameters } from '../backend/types.js'
import type { StoredRow } from '../schema/types.js'
import type { PlacedRows } from './spill/records.js'
import type { Workspace } from './spill/workspace.js'

/**
 * A node of a relation, compiled once and run many times: from the rows of its inputs to its own. Takes over the row
 * objects of its inputs. Asks for nothing before its own first batch is asked for; closes its inputs when it is closed. Holds
 * no more rows than the workspace allows.
 */
export type Operator = (
  inputs: readonly Batches[],
  parameters: Parameters,
  workspace: Workspace,
) => AsyncIterable<Batch>

/** An operator of one input. */
export type UnaryOperator = (
  input: Batches,
  parameters: Parameters,
  workspace: Workspace,
) => AsyncIterable<Batch>

/** How many rows core puts into one batch. */
export const batchSize = 1024

/** Changes batch by batch; leaves empty ones out. */
export async function* mapBatches(input: Batches, change: (batch: Batch) => Batch): AsyncGenerator<Batch> {
  for await (const batch of input) {
    const changed = change(batch)
    if (changed.length > 0) yield changed
  }
}

/** All rows at once. */
export async function collect(input: Batches): Promise<StoredRow[]> {
  const rows: StoredRow[] = []
  for await (const batch of input) for (const row of batch) rows.push(row)
  return rows
}

/** Rows with their positions in the input. */
export async function* placed(input: Batches): AsyncGenerator<PlacedRows> {
  let position = 0
  for await (const rows of input) {
    const positions = new Array<number>(rows.length)
    for (let index = 0; index < rows.length; index++) positions[index] = position++
    yield { rows, positions }
  }
}

/** Rows cut into batches. */
export function* inBatches(rows: StoredRow[]): Generator<Batch> {
  for (let start = 0; start < rows.length; start += batchSize) {
    yield rows.length <= batchSize ? rows : rows.slice(start, start + batchSize)
  }
}

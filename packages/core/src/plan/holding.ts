import { throwIfAborted } from '../backend/abort.js'
import type { Batch, Batches } from '../backend/types.js'
import { placed } from '../evaluate/operator.js'
import { heldRows } from '../evaluate/spill/held-rows.js'
import { rowSize } from '../evaluate/spill/row-size.js'
import { spilled } from '../evaluate/spill/spilled-rows.js'
import { Workspace } from '../evaluate/spill/workspace.js'
import type { RelationColumns } from '../relation/types.js'
import type { Run } from './compile.js'
import { canOverflow } from './overflow.js'
import type { Plan, PlanNode } from './plan.js'
import { consistently } from './snapshot.js'

const passing: ReadonlySet<string> = new Set(['filter', 'project', 'limit'])

/** How many parts of a plan may hold rows. */
export function holdersIn(part: PlanNode): number {
  if (part.by === 'scan') return 0
  if (part.by === 'engine') return canOverflow(part.relation) ? 1 : 0
  const own = passing.has(part.node.node) ? 0 : 1
  return part.inputs.reduce((sum, input) => sum + holdersIn(input), own)
}

/** Runs what core evaluates, all of it over one state, with room for what it holds; that is freed however it ends. */
export async function* inWorkspace(
  run: Run,
  plan: Pick<Plan, 'columns' | 'holders' | 'open' | 'readAgain'>,
): AsyncGenerator<Batch> {
  throwIfAborted(run.signal)
  const workspace = new Workspace(run.work, plan.holders, run.spilled)
  try {
    for await (const batch of consistently(plan.readAgain, { ...run, workspace }, plan)) {
      yield batch
      throwIfAborted(run.signal)
    }
  } finally {
    await workspace.close()
  }
}

/** Hands on no row before all are there. */
export async function* wholly(run: Run, batches: Batches, columns: RelationColumns): AsyncGenerator<Batch> {
  const { file, limit } = run.workspace
  const rows = await heldRows(placed(batches), rowSize(columns), limit)
  if (!Array.isArray(rows)) {
    const kept = await spilled(file, [...columns.keys()], rows)
    for await (const batch of kept.take()) yield batch.rows
  } else if (rows.length > 0) {
    yield rows
  }
}

import type { Batches } from '../backend/types.js'
import { inputsOf } from '../evaluate/evaluate.js'
import type { InnerNode } from '../evaluate/evaluate.js'
import type { Expression } from '../expression/types.js'
import type { Relation, RelationColumns } from '../relation/types.js'
import type { TableDefinition } from '../schema/types.js'
import { compilePart } from './compile.js'
import type { Run } from './compile.js'
import { holdersIn } from './holding.js'
import { databasesReadAgain } from './snapshot.js'

/** A relation cut into what engines run and what core does. */
export type PlanNode = EnginePart | ScanPart | CorePart

/** A subtree that an engine runs. */
export interface EnginePart {
  readonly by: 'engine'
  readonly database: string
  readonly relation: Relation
}

/** A table that core reads. */
export interface ScanPart {
  readonly by: 'scan'
  readonly database: string
  readonly table: TableDefinition
  readonly columns: readonly string[]
  /** For each column of the primary key what it must equal: a value, or one of a list. Absent: the whole table is read. */
  readonly keys?: readonly Expression[]
  /** Whether the rows come in the order of the primary key. */
  readonly inKeyOrder: boolean
}

/** A node that core evaluates over the rows of its inputs. */
export interface CorePart {
  readonly by: 'core'
  /** What it does; its own inputs are those of the relation, and play no part. */
  readonly node: InnerNode
  readonly inputs: readonly PlanNode[]
}

/** A plan made ready to run any number of times. Opaque to callers: see `execute`, `describePlan`, `engineParts`. */
export interface Plan {
  readonly root: PlanNode
  readonly open: (run: Run) => Batches
  /** The columns of its rows. */
  readonly columns: RelationColumns
  /** How many of its parts may hold rows. */
  readonly holders: number
  /** The databases whose parts must be made to see one state: see `consistently`. */
  readonly readAgain: readonly string[]
  readonly nodes: number
  readonly nodesTaken: number
}

export function planOf(root: PlanNode): Plan {
  const { taken, all } = countNodes(root)
  const { open, columns } = compilePart(root)
  const readAgain = databasesReadAgain(root)
  return { root, open, columns, holders: holdersIn(root), readAgain, nodes: all, nodesTaken: taken }
}

function countNodes(part: PlanNode): { readonly taken: number; readonly all: number } {
  if (part.by === 'scan') return { taken: 0, all: 1 }
  if (part.by === 'engine') {
    const all = sizeOfRelation(part.relation)
    return { taken: all, all }
  }
  return part.inputs
    .map(countNodes)
    .reduce((sum, input) => ({ taken: sum.taken + input.taken, all: sum.all + input.all }), {
      taken: 0,
      all: 1,
    })
}

/** How many nodes it has. */
export function sizeOfRelation(relation: Relation): number {
  return inputsOf(relation).reduce((sum, input) => sum + sizeOfRelation(input), 1)
}

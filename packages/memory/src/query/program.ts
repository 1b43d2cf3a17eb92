import { columnsOfTable } from '@holdfast/core/backend'
import type { Batch, Parameters, Relation, RunOptions } from '@holdfast/core/backend'
import type { MemoryTable } from '../storage/memory-table.js'
import type { TableView } from '../storage/view.js'
import { compileGroups } from './groups-program.js'
import { compileRows } from './rows-program.js'
import type { TableColumns } from './selector.js'
import { shapeOf } from './shape.js'
import type { Shape } from './shape.js'

/** A relation that is ready to run. */
export interface Program {
  /** Sees the rows of the view as they are when the first batch is asked for. */
  readonly run: (view: TableView, parameters: Parameters, options: RunOptions) => Iterable<Batch>
  /** How the rows are found, for people. */
  readonly way: (view: TableView, parameters: Parameters) => string
}

/** The shape of a relation that this engine takes; undefined if it does not. Found once for each relation. */
export function takenShape(relation: Relation): Shape | undefined {
  let shape = shapes.get(relation)
  if (shape === undefined) shapes.set(relation, (shape = shapeOf(relation) ?? 'none'))
  return shape === 'none' ? undefined : shape
}

const shapes = new WeakMap<Relation, Shape | 'none'>()

/** Compiles a shape for the table that its scan names. */
export function compileShape(shape: Shape, table: MemoryTable): Program {
  const columns = tableColumns(table)
  return shape.groups === undefined
    ? compileRows(shape, columns)
    : compileGroups(shape, shape.groups, columns)
}

/** The columns of a table for compiled expressions. */
export function tableColumns(table: MemoryTable): TableColumns {
  return { types: columnsOfTable(table.table), readers: table.columns }
}

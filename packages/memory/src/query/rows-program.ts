import { limitRange } from '@holdfast/core/backend'
import type { Batch, Parameters, RunOptions } from '@holdfast/core/backend'
import type { TableView } from '../storage/view.js'
import { compileOrdering } from './ordering.js'
import { compileOutput } from './output.js'
import type { Program } from './program.js'
import { compileSelection } from './selection.js'
import type { TableColumns } from './selector.js'
import type { Shape } from './shape.js'

/** How many rows go out together, at least, where the caller takes them bit by bit. */
const batchRows = 1_000

/** Compiles a query that gives rows of a table. */
export function compileRows(shape: Shape, columns: TableColumns): Program {
  const selection = compileSelection(shape.conditions, columns)
  const ordering = compileOrdering(shape.order, shape.scan.table, columns)
  const output = compileOutput(shape.outputs, columns.types, (name) => columns.readers.get(name)!.field)
  const { limit } = shape

  function* run(view: TableView, parameters: Parameters, { signal, whole }: RunOptions): Generator<Batch> {
    const { start, end } = limit === undefined ? everyRow : limitRange(limit, parameters)
    if (start >= end) return
    let batch: Batch = []
    let position = 0
    for (const rows of ordering(view, selection, { parameters, signal }, end)) {
      const first = Math.max(start - position, 0)
      const last = Math.min(end - position, rows.length)
      for (let place = first; place < last; place++) batch.push(output(rows[place]!, parameters))
      position += rows.length
      if (position >= end) break
      if (whole || batch.length < batchRows) continue
      yield batch
      batch = []
    }
    if (batch.length > 0) yield batch
  }
  return { run, way: selection.way }
}

const everyRow = { start: 0, end: Infinity }

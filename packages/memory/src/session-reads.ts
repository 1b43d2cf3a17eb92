import { throwIfAborted } from '@holdfast/core/backend'
import type {
  Batch,
  Key,
  Parameters,
  Relation,
  RunOptions,
  Scan,
  StoredRow,
  TableDefinition,
} from '@holdfast/core/backend'
import { takenShape } from './query/program.js'
import { queriesOf } from './query/table-queries.js'
import type { TableView } from './storage/view.js'

/** What the engine and its transactions read in the same way, each through its own view of the tables. */
export abstract class SessionReads {
  protected abstract view(table: string): TableView

  *scan({ table, columns, keys, signal }: Scan): Generator<Batch> {
    const view = this.view(table.name)
    const output = queriesOf(view.table).output(columns)
    if (keys !== undefined) {
      const rows = new Set(keys.map((key) => view.find(key)))
      rows.delete(undefined)
      if (rows.size > 0) yield Array.from(rows, (row) => output(row!, []))
      return
    }
    for (const { rows } of view.chunks()) {
      throwIfAborted(signal)
      yield rows.map((row) => output(row, []))
    }
  }

  get(table: TableDefinition, key: Key): StoredRow | undefined {
    const view = this.view(table.name)
    const row = view.find(key)
    return row && view.table.copy(row)
  }

  *run(relation: Relation, parameters: Parameters, options: RunOptions): Generator<Batch> {
    const shape = takenShape(relation)!
    const view = this.view(shape.scan.table.name)
    yield* queriesOf(view.table).program(relation, shape).run(view, parameters, options)
  }
}

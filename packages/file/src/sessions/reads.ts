import { tupleIdentity } from '@holdfast/core/backend'
import type {
  Batch,
  Batches,
  ExportFile,
  Key,
  MaybePromise,
  Parameters,
  Relation,
  RunOptions,
} from '@holdfast/core/backend'
import type { Scan, StoredRow, TableDefinition } from '@holdfast/core/backend'
import { writeFile } from '../files/export.js'
import { isFile, runFileReading, scanFiles } from '../files/read.js'
import { readingOf, runReading } from '../query/reading.js'
import { tableIn } from '../store/state.js'
import type { State, TableState } from '../store/state.js'
import { lookUp, lookUpAll } from '../table/look-up.js'
import { scan } from '../table/scan.js'

/** What the engine and its transactions read in the same way, each a state of its own. */
export abstract class SessionReads {
  /** The state to read, and what gives it back. */
  protected abstract pinned(): { readonly state: State; readonly release: () => void }

  get({ name, columns }: TableDefinition, key: Key): MaybePromise<StoredRow | undefined> {
    const { state, release } = this.pinned()
    let found: MaybePromise<StoredRow | undefined>
    try {
      found = lookUp(tableIn(state, name).rows, key)
    } catch (error) {
      release()
      throw error
    }
    if (found instanceof Promise) return found.finally(release).then((row) => row && inOrder(columns, row))
    release()
    return found && inOrder(columns, found)
  }

  scan({ table, columns, keys, signal }: Scan): Batches {
    if (isFile(table)) return scanFiles(table, columns, signal)
    return this.#reading((state) => {
      const found = tableIn(state, table.name)
      const request = { columns, ...(signal && { signal }) }
      return keys === undefined ? scan(found.rows, request) : rowsWith(found, keys, columns)
    })
  }

  run(relation: Relation, parameters: Parameters, { signal }: RunOptions): Batches {
    const reading = readingOf(relation)!
    const { table } = reading
    if (isFile(table)) return runFileReading(table, reading, parameters, signal)
    return this.#reading((state) => runReading(tableIn(state, table.name), reading, parameters, signal))
  }

  exportFile(request: ExportFile): Promise<number> {
    const { from, signal } = request
    const batches =
      'rows' in from
        ? from.rows
        : this.run(from.relation, from.parameters, { whole: true, ...(signal && { signal }) })
    return writeFile(request, batches)
  }

  /** Batches of a state that stays as it is until the last is taken, or the loop is left. */
  async *#reading(read: (state: State) => AsyncIterable<Batch>): AsyncGenerator<Batch> {
    const { state, release } = this.pinned()
    try {
      yield* read(state)
    } finally {
      release()
    }
  }
}

async function* rowsWith(
  { rows, definition }: TableState,
  keys: readonly Key[],
  columns: readonly string[],
): AsyncGenerator<Batch> {
  const found = await lookUpAll(rows, distinct(definition, keys))
  const picked = found
    .filter((row) => row !== undefined)
    .map((row) => Object.fromEntries(columns.map((name) => [name, row[name]!])))
  if (picked.length > 0) yield picked
}

/** A fresh row: what is in memory has its columns in the order in which they were given. */
function inOrder(columns: TableDefinition['columns'], row: StoredRow): StoredRow {
  const ordered: StoredRow = {}
  for (const { name } of columns) ordered[name] = row[name]!
  return ordered
}

function distinct({ columns, primaryKey }: TableDefinition, keys: readonly Key[]): readonly Key[] {
  if (keys.length < 2) return keys
  const identityOf = tupleIdentity(
    primaryKey.map((name) => columns.find((column) => column.name === name)!.type),
  )
  return [...new Map(keys.map((key) => [identityOf(key), key])).values()]
}

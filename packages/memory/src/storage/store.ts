import { HoldfastError, throwIfAborted, writeRows } from '@holdfast/core/backend'
import type { Changes, TableDefinition, WriteResult } from '@holdfast/core/backend'
import { MemoryTable } from './memory-table.js'
import { UndoLog } from './undo-log.js'

/** All tables of a database, and what it takes to undo the changes since the last commit. */
export class Store {
  readonly #tables = new Map<string, MemoryTable>()
  readonly #log = new UndoLog()

  /** The tables that there are. */
  get tables(): Iterable<MemoryTable> {
    return this.#tables.values()
  }

  /** The table of this name. Throws `UNKNOWN_TABLE`. */
  table(name: string): MemoryTable {
    const table = this.#tables.get(name)
    if (table === undefined) {
      throw new HoldfastError('UNKNOWN_TABLE', `There is no table "${name}". Create it with ensure().`, {
        table: name,
      })
    }
    return table
  }

  create(definition: TableDefinition): void {
    const { name } = definition
    if (this.#tables.has(name)) {
      throw new HoldfastError('TABLE_EXISTS', `A table "${name}" exists already.`, { table: name })
    }
    this.#tables.set(name, new MemoryTable(definition, this.#log))
  }

  drop(name: string): void {
    this.#tables.delete(this.table(name).table.name)
  }

  clear(): void {
    this.#tables.clear()
    this.#log.clear()
  }

  /** Makes all changes, or none when it throws. They can be undone until `commit`. */
  write({ changes, signal }: Changes): WriteResult {
    throwIfAborted(signal)
    return this.atomically(() => {
      const outcomes = changes.map((change) => writeRows(this.table(change.table.name), change))
      const counts = outcomes.map(({ count }) => count)
      const generated = outcomes.map((outcome) => outcome.generated)
      return generated.some((keys) => keys !== undefined) ? { counts, generated } : { counts }
    })
  }

  /** Undoes all that the work changed when it throws. */
  atomically<Result>(work: () => Result): Result {
    const mark = this.mark()
    try {
      return work()
    } catch (error) {
      this.undo(mark)
      throw error
    }
  }

  /** The point to which `undo` can go back. */
  mark(): number {
    return this.#log.length
  }

  undo(mark: number): void {
    this.#log.undo(mark)
  }

  /** Makes the changes final and lets everybody see them. */
  commit(): void {
    this.#log.clear()
    for (const table of this.#tables.values()) table.dropCommitted()
  }
}

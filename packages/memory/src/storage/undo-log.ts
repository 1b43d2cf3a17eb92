import type { Identity, StoredRow } from '@holdfast/core/backend'

/** What can take back a change of one of its rows. */
export interface Undoable {
  restore(identity: Identity, row: StoredRow | undefined): void
}

/**
 * What each changed row was before, in the order of the changes. Most changes insert a row where none was, one after another
 * into one table: they cost no more than their key.
 */
export class UndoLog {
  readonly #identities: Identity[] = []
  /** The tables of the changes, each with the first change after those of the one before it. */
  readonly #tables: { readonly table: Undoable; readonly start: number }[] = []
  /** The rows that were there, each with its change. */
  readonly #rows: { readonly row: StoredRow; readonly place: number }[] = []

  /** How many changes there are: the mark to go back to. */
  get length(): number {
    return this.#identities.length
  }

  add(table: Undoable, identity: Identity, before: StoredRow | undefined): void {
    const place = this.#identities.push(identity) - 1
    if (this.#tables.at(-1)?.table !== table) this.#tables.push({ table, start: place })
    if (before !== undefined) this.#rows.push({ row: before, place })
  }

  /** Takes back all changes after a mark, last first. */
  undo(mark: number): void {
    while (this.length > mark) {
      const place = this.length - 1
      const identity = this.#identities.pop()!
      const { table, start } = this.#tables.at(-1)!
      const replaced = this.#rows.at(-1)?.place === place
      table.restore(identity, replaced ? this.#rows.pop()!.row : undefined)
      if (start === place) this.#tables.pop()
    }
  }

  /** Forgets all changes. */
  clear(): void {
    for (const list of [this.#identities, this.#tables, this.#rows]) list.length = 0
  }
}

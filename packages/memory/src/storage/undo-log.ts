import type { Identity, StoredRow } from '@holdfast/core/backend'

/** What can take back a change of one of its rows. */
export interface Undoable {
  restore(identity: Identity, row: StoredRow | undefined): void
}

/** What each changed row was before, in the order of the changes. */
export class UndoLog {
  // Three plain lists: an object for each entry would take as long to make as the change itself.
  readonly #tables: Undoable[] = []
  readonly #identities: Identity[] = []
  readonly #rows: (StoredRow | undefined)[] = []

  /** How many changes there are: the mark to go back to. */
  get length(): number {
    return this.#tables.length
  }

  add(table: Undoable, identity: Identity, before: StoredRow | undefined): void {
    this.#tables.push(table)
    this.#identities.push(identity)
    this.#rows.push(before)
  }

  /** Takes back all changes after a mark, last first. */
  undo(mark: number): void {
    for (let place = this.length - 1; place >= mark; place--) {
      this.#tables[place]!.restore(this.#identities[place]!, this.#rows[place])
    }
    this.#cut(mark)
  }

  /** Forgets all changes. */
  clear(): void {
    this.#cut(0)
  }

  #cut(length: number): void {
    for (const list of [this.#tables, this.#identities, this.#rows]) list.length = length
  }
}

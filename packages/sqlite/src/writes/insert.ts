import { keysExhausted } from '@holdfast/core/backend'
import type { InsertChange, StoredRow, StoredValue } from '@holdfast/core/backend'
import type { Connection } from '../connection.js'
import { layoutOf } from '../layout.js'
import type { RowBinding, TableLayout } from '../layout.js'
import type { Steps } from '../steps.js'
import { refusedRow } from './refusal.js'

export interface Outcome {
  readonly count: number
  readonly generated?: readonly StoredValue[]
}

/** Inserts the rows in their order. When it throws, rows before the refused one are there already: the caller undoes them. */
export function* insertRows(connection: Connection, change: InsertChange): Steps<Outcome> {
  const layout = layoutOf(change.table)
  const insertion = new Insertion(connection, layout, change)
  const { rows, onConflict } = change
  if (layout.generated !== undefined) return yield* insertion.assigning()
  const chunks = layout.chunks(onConflict, layout.whole)
  let changed = 0
  for (let start = 0; start < rows.length;) {
    const size = chunks.find((chunk) => chunk <= rows.length - start)!
    changed += insertion.chunk(layout.whole, start, size).changes
    start += size
    if (start < rows.length) yield
  }
  return { count: onConflict === 'replace' ? distinctKeys(layout, rows) : changed }
}

/** Inserts a single row. */
export function insertRow(connection: Connection, change: InsertChange): Outcome {
  const layout = layoutOf(change.table)
  const insertion = new Insertion(connection, layout, change)
  if (layout.generated === undefined) return { count: insertion.chunk(layout.whole, 0, 1).changes }
  return insertion.assigning().next().value as Outcome
}

function distinctKeys({ identityOf, keyOf }: TableLayout, rows: readonly StoredRow[]): number {
  if (rows.length < 2) return rows.length
  return new Set(rows.map((row) => identityOf(keyOf(row)))).size
}

class Insertion {
  readonly #connection: Connection
  readonly #layout: TableLayout
  readonly #change: InsertChange
  /** Kept for all chunks of one size. */
  #values: unknown[] = []

  constructor(connection: Connection, layout: TableLayout, change: InsertChange) {
    this.#connection = connection
    this.#layout = layout
    this.#change = change
  }

  /** Inserts so many rows by one statement. */
  chunk(binding: RowBinding, start: number, size: number): { changes: number; lastKey: number | bigint } {
    const { rows, onConflict } = this.#change
    const width = binding.columns.length
    if (this.#values.length !== size * width) this.#values = new Array<unknown>(size * width)
    const values = this.#values
    for (let index = 0; index < size; index++) binding.bind(rows[start + index]!, values, index * width)
    const wide = this.#layout.generated?.type.name === 'bigint'
    try {
      const sql = binding.insert(size, onConflict)
      const { changes, lastInsertRowid } = this.#connection.execute(sql, values, wide)
      return { changes, lastKey: lastInsertRowid }
    } catch (error) {
      throw refusedRow(this.#connection, this.#layout, this.#change, { start, size, binding }, error)
    }
  }

  /** Inserts rows of which some, or all, are to be given keys. */
  *assigning(): Steps<Outcome> {
    const { rows, onConflict } = this.#change
    const generated: StoredValue[] = []
    let changed = 0
    for (let start = 0; start < rows.length;) {
      const lacking = this.#lacksKey(rows[start]!)
      const binding = lacking ? this.#layout.keyless : this.#layout.whole
      const size = onConflict === 'error' ? this.#runLength(start, lacking, binding) : 1
      const { changes, lastKey } = this.chunk(binding, start, size)
      changed += changes
      if (changes === 0) generated.push(null)
      else if (lacking) this.#assign(generated, lastKey, size)
      else for (let index = 0; index < size; index++) generated.push(this.#keyOf(rows[start + index]!))
      start += size
      if (start < rows.length) yield
    }
    if (onConflict === 'replace') changed = this.#replaced(generated)
    return { count: changed, generated }
  }

  #lacksKey(row: StoredRow): boolean {
    return row[this.#layout.generated!.name] == null
  }

  #keyOf(row: StoredRow): StoredValue {
    return row[this.#layout.generated!.name]!
  }

  /** How many of the following rows, at most a chunk, are alike in whether they have a key. */
  #runLength(start: number, lacking: boolean, binding: RowBinding): number {
    const { rows, onConflict } = this.#change
    return this.#layout.chunks(onConflict, binding).find((size) => {
      if (start + size > rows.length) return false
      for (let index = 1; index < size; index++) {
        if (this.#lacksKey(rows[start + index]!) !== lacking) return false
      }
      return true
    })!
  }

  /** The keys of one statement follow each other, for no other writer is there. */
  #assign(generated: StoredValue[], lastKey: number | bigint, size: number): void {
    const { table } = this.#layout
    if (typeof lastKey === 'number' && !Number.isSafeInteger(lastKey)) throw keysExhausted(table)
    for (let before = size - 1; before >= 0; before--) {
      generated.push(typeof lastKey === 'bigint' ? lastKey - BigInt(before) : lastKey - before)
    }
  }

  #replaced(keys: readonly StoredValue[]): number {
    return new Set(keys).size
  }
}

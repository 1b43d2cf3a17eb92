import type { ErrorCode } from '../../backend/errors.js'
import { compileCondition, compileRowExpression } from '../../expression/compile.js'
import type { Expression } from '../../expression/types.js'
import { columnsOfTable } from '../../relation/columns-of.js'
import type { NamedExpression } from '../../relation/types.js'
import { compareKeys } from '../../schema/compare.js'
import type { ColumnDefinition, Key, StoredRow, StoredValue, TableDefinition } from '../../schema/types.js'
import { identityOf } from '../generate/tables.js'

/** The refusal of a write: it leaves the model as it was. */
export class Refusal extends Error {
  readonly code: ErrorCode

  constructor(code: ErrorCode) {
    super(code)
    this.code = code
  }
}

export type ConflictPolicy = 'error' | 'skip' | 'replace'

/** A table as a map from keys to rows: what WRITE-1 to WRITE-7 say, as plainly as it can be said. */
export class TableModel {
  readonly definition: TableDefinition
  #rows: Map<string, StoredRow>
  #lastKey: bigint

  constructor(definition: TableDefinition, rows: ReadonlyMap<string, StoredRow> = new Map(), lastKey = 0n) {
    this.definition = definition
    this.#rows = new Map(rows)
    this.#lastKey = lastKey
  }

  copy(): TableModel {
    return new TableModel(this.definition, this.#rows, this.#lastKey)
  }

  /** Becomes what another model is: the end of a transaction, whichever it was. */
  become(other: TableModel): void {
    this.#rows = new Map(other.#rows)
    this.#lastKey = other.#lastKey
  }

  get rows(): readonly StoredRow[] {
    return [...this.#rows.values()]
  }

  /** No key that the engine generates may be at or below it (WRITE-4). */
  get lastKey(): bigint {
    return this.#lastKey
  }

  get(key: Key): StoredRow | undefined {
    return this.#rows.get(this.#identity(key))
  }

  keyOf(row: StoredRow): Key {
    return this.definition.primaryKey.map((name) => row[name] ?? null)
  }

  /** Rows with all columns but the version. Returns for each whether it was written. */
  insert(rows: readonly StoredRow[], onConflict: ConflictPolicy): boolean[] {
    return this.#atomic(() => rows.map((row) => this.#insertOne(row, onConflict)))
  }

  #insertOne(row: StoredRow, onConflict: ConflictPolicy): boolean {
    this.#check(row)
    const identity = this.#identity(this.keyOf(row))
    const existing = this.#rows.get(identity)
    if (onConflict === 'error' && existing !== undefined) throw new Refusal('DUPLICATE_KEY')
    const taken = this.#violatesUnique(identity, row)
    if (onConflict === 'skip' && (existing !== undefined || taken)) return false
    if (taken) throw new Refusal('UNIQUE_VIOLATION')
    this.#rows.set(identity, existing === undefined ? this.#fresh(row) : this.#successor(existing, row))
    this.#raise(row)
    return true
  }

  /** Whether the row was found. */
  patch(key: Key, set: StoredRow, version?: number): boolean {
    return this.#atomic(() => {
      const existing = this.#expect(key, version)
      if (existing === undefined) return false
      this.#replace(existing, { ...existing, ...set })
      return true
    })
  }

  /** All patches in order, or none. */
  patchMany(
    patches: readonly { readonly key: Key; readonly set: StoredRow; readonly version?: number }[],
  ): number {
    return this.#atomic(() => patches.filter(({ key, set, version }) => this.patch(key, set, version)).length)
  }

  delete(key: Key, version?: number): boolean {
    return this.#atomic(() => {
      if (this.#expect(key, version) === undefined) return false
      return this.#rows.delete(this.#identity(key))
    })
  }

  deleteMany(keys: readonly Key[]): number {
    return keys.filter((key) => this.delete(key)).length
  }

  clear(): number {
    const count = this.#rows.size
    this.#rows.clear()
    return count
  }

  /** Rows for which a condition is true. */
  where(condition: Expression): StoredRow[] {
    const passes = compileCondition(condition, columnsOfTable(this.definition))
    return this.rows.filter((row) => passes(row, []))
  }

  /** Every row that matches, all expressions of it computed before any is changed (WRITE-7). */
  update(condition: Expression, set: readonly NamedExpression[]): number {
    return this.#atomic(() => {
      const columns = columnsOfTable(this.definition)
      // In the order of their keys: of several rows that are refused the first one is told.
      const order = compareKeys(this.definition)
      const rows = this.where(condition).sort((a, b) => order(this.keyOf(a), this.keyOf(b)))
      const changes = rows.map((row) => {
        const values = set.map(({ name, expression }): [string, StoredValue] => [
          name,
          compileRowExpression(expression, columns)(row, []),
        ])
        return [row, { ...row, ...Object.fromEntries(values) }] as const
      })
      for (const [row, changed] of changes) {
        if (this.#lacksValue(changed)) throw new Refusal('INVALID_VALUE')
        this.#replace(row, changed)
      }
      return changes.length
    })
  }

  deleteWhere(condition: Expression): number {
    return this.deleteMany(this.where(condition).map((row) => this.keyOf(row)))
  }

  /** Undoes everything when the work throws (WRITE-1). */
  #atomic<T>(work: () => T): T {
    const before = this.copy()
    try {
      return work()
    } catch (error) {
      this.become(before)
      throw error
    }
  }

  #replace(existing: StoredRow, changed: StoredRow): void {
    const identity = this.#identity(this.keyOf(existing))
    this.#check(changed)
    if (this.#violatesUnique(identity, changed)) throw new Refusal('UNIQUE_VIOLATION')
    this.#rows.set(identity, this.#successor(existing, changed))
  }

  #expect(key: Key, version: number | undefined): StoredRow | undefined {
    const row = this.get(key)
    const column = this.#version
    if (
      version !== undefined &&
      (row === undefined || column === undefined || row[column.name] !== version)
    ) {
      throw new Refusal('VERSION_MISMATCH')
    }
    return row
  }

  /** False is refused, null passes (WRITE-6). */
  #check(row: StoredRow): void {
    const columns = columnsOfTable(this.definition)
    for (const { condition } of this.definition.checks) {
      if (compileRowExpression(condition, columns)(row, []) === false) throw new Refusal('CHECK_VIOLATION')
    }
  }

  #violatesUnique(identity: string, row: StoredRow): boolean {
    return this.definition.indexes
      .filter(({ unique }) => unique)
      .some(({ columns }) => {
        const values = identityOf(columns.map((name) => row[name] ?? null))
        return [...this.#rows].some(
          ([other, stored]) =>
            other !== identity &&
            values !== null &&
            identityOf(columns.map((name) => stored[name] ?? null)) === values,
        )
      })
  }

  #lacksValue(row: StoredRow): boolean {
    return this.definition.columns.some(({ name, nullable }) => !nullable && row[name] === null)
  }

  get #version(): ColumnDefinition | undefined {
    return this.definition.columns.find(({ version }) => version === true)
  }

  #fresh(row: StoredRow): StoredRow {
    return this.#version === undefined ? row : { ...row, [this.#version.name]: 1 }
  }

  #successor(existing: StoredRow, row: StoredRow): StoredRow {
    const column = this.#version
    return column === undefined ? row : { ...row, [column.name]: Number(existing[column.name]) + 1 }
  }

  #raise(row: StoredRow): void {
    for (const { name, generated } of this.definition.columns) {
      const value = row[name]
      if (generated === undefined || (typeof value !== 'number' && typeof value !== 'bigint')) continue
      if (BigInt(value) > this.#lastKey) this.#lastKey = BigInt(value)
    }
  }

  #identity(key: Key): string {
    return identityOf(key) ?? ''
  }
}

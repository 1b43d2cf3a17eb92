import { isDeepStrictEqual } from 'node:util'
import type { Change, WriteResult } from '../../src/backend/types.js'
import type { ErrorCode } from '../../src/backend/errors.js'
import type { Key, StoredRow, StoredValue, TableDefinition } from '../../src/schema/types.js'

/** What a write did, as far as it can be seen from outside. */
export type Verdict = { readonly result: WriteResult } | { readonly code: ErrorCode }

class Refusal extends Error {
  constructor(readonly code: ErrorCode) {
    super(code)
  }
}

/** WRITE-1 to WRITE-5 said as plainly as can be: an array of rows, read from end to end at every question. */
export class Model {
  rows: StoredRow[] = []
  lastKey: number | bigint = 0

  constructor(readonly table: TableDefinition) {}

  write(changes: readonly Change[]): Verdict {
    const [rows, lastKey] = [this.rows, this.lastKey]
    this.rows = rows.map((row) => ({ ...row }))
    try {
      const outcomes = changes.map((change) => this.#apply(change))
      const counts = outcomes.map(({ count }) => count)
      const generated = outcomes.map(({ keys }) => keys)
      return { result: generated.some((keys) => keys !== undefined) ? { counts, generated } : { counts } }
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      ;[this.rows, this.lastKey] = [rows, lastKey]
      return { code: error.code }
    }
  }

  #apply(change: Change): { count: number; keys?: StoredValue[] } {
    switch (change.kind) {
      case 'insert': {
        const keys = change.rows.map((row) => this.#insert(row, change.onConflict))
        const generates = this.table.columns.some((column) => column.generated)
        const written = keys.filter((key) => key !== undefined)
        const distinct = written.filter(
          (key, index) => !written.slice(0, index).some((other) => isDeepStrictEqual(key, other)),
        )
        const count = distinct.length
        return generates ? { count, keys: keys.map((key) => key?.[0] ?? null) } : { count }
      }
      case 'patch':
        return {
          count: change.patches.filter(({ key, set, version }) => {
            const row = this.#expect(key, version)
            if (row !== undefined) this.#place({ ...row, ...set }, row, 'UNIQUE_VIOLATION')
            return row !== undefined
          }).length,
        }
      case 'delete':
        return {
          count: change.keys.filter(({ key, version }) => {
            const row = this.#expect(key, version)
            this.rows = this.rows.filter((other) => other !== row)
            return row !== undefined
          }).length,
        }
    }
  }

  #insert(given: StoredRow, onConflict: 'error' | 'skip' | 'replace'): Key | undefined {
    const generated = this.table.columns.find((column) => column.generated)
    const row = { ...given }
    if (generated !== undefined && row[generated.name] === undefined) {
      row[generated.name] =
        generated.type.name === 'bigint' ? BigInt(this.lastKey) + 1n : Number(this.lastKey) + 1
    }
    const key = this.#keyOf(row)
    const existing = this.#find(key)
    if (existing !== undefined && onConflict === 'error') throw new Refusal('DUPLICATE_KEY')
    if (onConflict === 'skip' && (existing !== undefined || this.#clashes(row, undefined))) return undefined
    this.#place(row, existing, 'UNIQUE_VIOLATION')
    const number = generated === undefined ? undefined : row[generated.name]
    if ((typeof number === 'number' || typeof number === 'bigint') && number > this.lastKey)
      this.lastKey = number
    return key
  }

  #place(row: StoredRow, existing: StoredRow | undefined, code: ErrorCode): void {
    if (this.#clashes(row, existing)) throw new Refusal(code)
    const version = this.table.columns.find((column) => column.version)?.name
    if (version !== undefined && existing !== undefined) row[version] = Number(existing[version]) + 1
    this.rows = [...this.rows.filter((other) => other !== existing), row]
  }

  #clashes(row: StoredRow, existing: StoredRow | undefined): boolean {
    return this.table.indexes.some(
      ({ unique, columns }) =>
        unique &&
        columns.every((name) => row[name] !== null) &&
        this.rows.some((other) => other !== existing && columns.every((name) => row[name] === other[name])),
    )
  }

  #expect(key: Key, version: number | undefined): StoredRow | undefined {
    const row = this.#find(key)
    const column = this.table.columns.find((candidate) => candidate.version)?.name
    if (version !== undefined && row?.[column ?? ''] !== version) throw new Refusal('VERSION_MISMATCH')
    return row
  }

  #find(key: Key): StoredRow | undefined {
    return this.rows.find((row) => isDeepStrictEqual(this.#keyOf(row), key))
  }

  #keyOf(row: StoredRow): Key {
    return this.table.primaryKey.map((name) => row[name] as StoredValue)
  }
}

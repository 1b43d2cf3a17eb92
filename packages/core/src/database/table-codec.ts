import { HoldfastError } from '../backend/errors.js'
import { storedSourceOf } from '../backend/stored-source.js'
import { compileRowExpression } from '../expression/compile.js'
import { reading } from './faults.js'
import { columnsRead } from '../plan/expressions.js'
import { columnsOfTable } from '../relation/columns-of.js'
import { keyOfRow } from '../schema/compare.js'
import { describeType } from '../schema/describe.js'
import { compileKeyEncoder, compileUserKey } from '../schema/key-codec.js'
import type { KeyEncoder } from '../schema/key-codec.js'
import { pathOf } from '../schema/place.js'
import type { Place } from '../schema/place.js'
import { compileRowDecoder } from '../schema/row-decoder.js'
import { compilePatchEncoder, compileRowEncoder } from '../schema/row-encoder.js'
import type { PatchEncoder, RowEncoder } from '../schema/row-encoder.js'
import { compileStoredRowCompleter } from '../schema/stored-rows.js'
import type { StoredRowCompleter } from '../schema/stored-rows.js'
import { decoderOf, isStored, toUser } from '../schema/values.js'
import type { ValueLimits } from '../schema/limits.js'
import type { Key, LogicalType, StoredRow, StoredValue, TableDefinition } from '../schema/types.js'

interface Check {
  readonly name: string
  readonly columns: ReadonlySet<string>
  readonly evaluate: (row: StoredRow) => StoredValue
}

/** How the rows, keys and patches of one table become stored values and back: each part is compiled at its first use. */
export class TableCodec {
  readonly table: TableDefinition
  readonly columnNames: readonly string[]
  readonly version: string | undefined
  /** The key column that the engine assigns. */
  readonly generated: string | undefined
  readonly #limits: ValueLimits
  #encodeRow: RowEncoder | undefined
  #completeRow: StoredRowCompleter | undefined
  #encodePatch: PatchEncoder | undefined
  #encodeKey: KeyEncoder | undefined
  #userKey: ((row: StoredRow) => unknown) | undefined
  #decodeRow: ((row: StoredRow) => Record<string, unknown>) | undefined
  #keyOf: ((row: StoredRow) => Key) | undefined
  #checks: readonly Check[] | undefined

  constructor(table: TableDefinition, limits: ValueLimits) {
    this.table = table
    this.#limits = limits
    this.columnNames = table.columns.map((column) => column.name)
    this.version = table.columns.find((column) => column.version)?.name
    this.generated = table.columns.find((column) => column.generated !== undefined)?.name
  }

  /** A row to insert, complete with defaults; refused if it fails a check. */
  get encodeRow(): RowEncoder {
    return (this.#encodeRow ??= this.#checked(compileRowEncoder(this.table, this.#limits)))
  }

  /** The rows in their stored form, where their maker has them so for this very table. */
  takeStored(given: unknown): AsyncIterable<StoredRow[]> | undefined {
    const source = storedSourceOf(given)
    if (source?.table !== this.table) return undefined
    this.#completeRow ??= compileStoredRowCompleter(this.table, this.#limits)
    return this.#completeRow === undefined ? undefined : reading('rows', () => source.take())
  }

  /** As `encodeRow`, of a row from `takeStored`: what is not as it must be is refused as the user would have written it. */
  encodeStored(row: StoredRow, place: Place, now: number): StoredRow {
    if (this.#completeRow?.(row, now) !== true) return this.encodeRow(this.#userForm(row, place), place, now)
    this.check(row, place)
    return row
  }

  get encodePatch(): PatchEncoder {
    return (this.#encodePatch ??= compilePatchEncoder(this.table, this.#limits))
  }

  get encodeKey(): KeyEncoder {
    return (this.#encodeKey ??= compileKeyEncoder(this.table, this.#limits))
  }

  /** The stored form of one key of the user's. */
  readKey(given: unknown): Key {
    return reading('key', () => this.encodeKey(given, 'key'))
  }

  /** Makes a stored row the user's, in place. */
  get decodeRow(): (row: StoredRow) => Record<string, unknown> {
    return (this.#decodeRow ??= compileRowDecoder(columnsOfTable(this.table)) ?? ((row) => row))
  }

  /** Makes a stored row that holds only these columns the user's, in place. */
  decoderOf(columns: TableDefinition): (row: StoredRow) => Record<string, unknown> {
    return compileRowDecoder(columnsOfTable(columns)) ?? ((row) => row)
  }

  get keyOf(): (row: StoredRow) => Key {
    return (this.#keyOf ??= keyOfRow(this.table))
  }

  /** The key of a whole row as the user writes it. */
  get userKey(): (row: StoredRow) => unknown {
    return (this.#userKey ??= compileUserKey(this.table))
  }

  /** Whether a change of these columns can make a row fail a check. */
  mayFailCheck(changed: readonly string[]): boolean {
    return this.checks.some(({ columns }) => changed.some((name) => columns.has(name)))
  }

  /** Refuses a whole row that fails a check (WRITE-6). */
  check(row: StoredRow, place: Place): void {
    for (const { name, evaluate } of this.checks) {
      if (evaluate(row) === false) throw this.#violation(name, row, place)
    }
  }

  get checks(): readonly Check[] {
    return (this.#checks ??= this.#compileChecks())
  }

  #checked(encode: RowEncoder): RowEncoder {
    if (this.checks.length === 0) return encode
    return (given, place, now) => {
      const row = encode(given, place, now)
      this.check(row, place)
      return row
    }
  }

  /** Refuses at once what is wrong where the forms differ: it might be right in the user's form, and mean something else. */
  #userForm(row: StoredRow, place: Place): Record<string, unknown> {
    const user: Record<string, unknown> = { ...row }
    for (const { name, type } of this.table.columns) {
      const value = row[name]
      if (value == null || decoderOf(type) === undefined) continue
      checkForm(type, value, {
        table: this.table.name,
        column: name,
        path: `${pathOf(place, 'rows')}.${name}`,
      })
      user[name] = toUser(type, value)
    }
    return user
  }

  #compileChecks(): readonly Check[] {
    const columns = columnsOfTable(this.table)
    return this.table.checks.map(({ name, condition }) => {
      const evaluate = compileRowExpression(condition, columns)
      return { name, columns: columnsRead([condition]), evaluate: (row) => evaluate(row, []) }
    })
  }

  #violation(check: string, row: StoredRow, place: Place): HoldfastError {
    const path = pathOf(place, 'rows')
    const { name } = this.table
    const keyless = this.table.primaryKey.some((column) => row[column] === undefined)
    return new HoldfastError(
      'CHECK_VIOLATION',
      `${path} fails the check "${check}" of the table "${name}".`,
      {
        table: name,
        path,
        ...(!keyless && { key: this.userKey(row) }),
      },
    )
  }
}

interface ColumnPlace {
  readonly table: string
  readonly column: string
  readonly path: string
}

function checkForm(type: LogicalType, value: unknown, place: ColumnPlace): asserts value is StoredValue {
  if (isStored(type, value)) return
  const problem = `is not in the stored form of ${describeType(type)}`
  throw new HoldfastError('INVALID_VALUE', `${place.path} ${problem}`, { ...place })
}

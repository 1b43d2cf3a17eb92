import { HoldfastError } from '../backend/errors.js'
import { refuseType } from './logical-type.js'
import type { DefaultDefinition, LogicalType, TypeName } from './types.js'
import { toStored } from './values.js'

/** What the chain of a column has said so far, as types: decides what may be left out and what may be null. */
export type Trait = 'nullable' | 'key' | 'default' | 'generated' | 'version'

/** Any value that JSON can hold; null only inside arrays and objects (TYPE-9). */
export type JsonValue = string | number | boolean | JsonObject | JsonArray
export interface JsonObject {
  readonly [key: string]: JsonValue | null | undefined
}
export type JsonArray = readonly (JsonValue | null)[]

export interface ColumnSettings {
  readonly type: LogicalType
  readonly nullable: boolean
  readonly primaryKey: boolean
  readonly unique: boolean
  readonly default?: DefaultDefinition
  readonly generated?: 'increment'
  readonly version?: true
}

/** Words that stand for a value made at the time of the call. */
type DefaultWord<Name extends TypeName> = Name extends 'timestamp' | 'date'
  ? 'now'
  : Name extends 'uuid'
    ? 'uuid'
    : never

const words: Partial<Record<TypeName, 'now' | 'uuid'>> = { timestamp: 'now', date: 'now', uuid: 'uuid' }

declare const shape: unique symbol

/**
 * A column of a table to be. Immutable: every method returns a new column. `Value` is the user value without null.
 * Mistakes that the types do not catch are found by `table()`.
 */
export class Column<Value = unknown, Name extends TypeName = TypeName, Traits extends Trait = Trait> {
  /** Exists in the types only. */
  declare readonly [shape]: { readonly value: Value; readonly name: Name; readonly traits: Traits }
  readonly settings: ColumnSettings

  constructor(settings: ColumnSettings) {
    this.settings = Object.freeze({ ...settings })
    Object.freeze(this)
  }

  /** Lets the column hold null. */
  nullable(): Column<Value, Name, Traits | 'nullable'> {
    return this.#with({ nullable: true })
  }

  /** Makes the column the primary key, or a part of it in the order of the columns. Never null (NULL-7), never json. */
  primaryKey(): Column<Value, Name, Traits | 'key'> {
    return this.#with({ primaryKey: true })
  }

  /** Adds a unique index of this column; rows in which it is null are ignored by it (NULL-7). */
  unique(): Column<Value, Name, Traits> {
    return this.#with({ unique: true })
  }

  /**
   * Gives the value of rows that leave the column out. `'now'` is the instant of the call (for a date its UTC day),
   * `'uuid'` a new time-ordered UUID. The value is copied.
   *
   * @throws HoldfastError `INVALID_VALUE` when the value does not belong to the type
   */
  default(value: Value | DefaultWord<Name>): Column<Value, Name, Traits | 'default'> {
    const { type } = this.settings
    const word = words[type.name]
    if (word !== undefined && value === word) return this.#with({ default: { kind: word } })
    return this.#with({ default: { kind: 'value', value: toStored(type, value, 'default') } })
  }

  /**
   * Lets the primary key be assigned where a row leaves it out: integers and bigints by the engine, only ever rising and
   * never given out twice (WRITE-4); UUIDs by core, time-ordered (version 7).
   */
  generated(
    this: Column<Value, 'integer' | 'bigint' | 'uuid', Traits>,
  ): Column<Value, Name, Traits | 'generated'> {
    const { type } = this.settings
    if (type.name === 'uuid') return derive(this, { default: { kind: 'uuid' } })
    if (type.name === 'integer' || type.name === 'bigint') return derive(this, { generated: 'increment' })
    throw new HoldfastError(
      'INVALID_ARGUMENT',
      `a ${type.name} column cannot be generated: use integer, bigint or uuid`,
    )
  }

  /** Makes the column the version of its row: 1 after insert, 1 more after each write of the row (WRITE-5). */
  version(this: Column<Value, 'integer', Traits>): Column<Value, Name, Traits | 'version'> {
    return derive(this, { version: true })
  }

  #with<Next extends Trait>(settings: Partial<ColumnSettings>): Column<Value, Name, Next> {
    return derive(this, settings)
  }
}

function derive<Value, Name extends TypeName, Next extends Trait>(
  column: { readonly settings: ColumnSettings },
  settings: Partial<ColumnSettings>,
): Column<Value, Name, Next> {
  return new Column({ ...column.settings, ...settings })
}

function column<Value, Name extends TypeName>(
  type: LogicalType & { readonly name: Name },
): Column<Value, Name, never> {
  return new Column({ type: Object.freeze(type), nullable: false, primaryKey: false, unique: false })
}

/** True or false. */
export const boolean = () => column<boolean, 'boolean'>({ name: 'boolean' })

/** A safe integer, ±(2^53 − 1), as a number (TYPE-1). */
export const integer = () => column<number, 'integer'>({ name: 'integer' })

/** An int64 as a bigint (TYPE-1). */
export const bigint = () => column<bigint, 'bigint'>({ name: 'bigint' })

/** A finite number (TYPE-2). */
export const double = () => column<number, 'double'>({ name: 'double' })

/** An exact number of at most `precision` (1 to 18) digits, `scale` of them after the point, as a string (TYPE-3). */
export function decimal(precision: number, scale: number): Column<string, 'decimal', never> {
  const type = { name: 'decimal', precision, scale } as const
  refuseType(type, 'decimal(precision, scale)')
  return column(type)
}

/** Well-formed Unicode without U+0000 (TYPE-4). The type argument may narrow it, as in `text<'open' | 'closed'>()`. */
export const text = <Value extends string = string>() => column<Value, 'text'>({ name: 'text' })

/** A `Uint8Array` (TYPE-5). */
export const bytes = () => column<Uint8Array, 'bytes'>({ name: 'bytes' })

/** A day of the years 0001 to 9999 as `YYYY-MM-DD` (TYPE-6). */
export const date = () => column<string, 'date'>({ name: 'date' })

/** An instant: a `Date` in milliseconds, or with `'us'` a bigint of microseconds since 1970 (TYPE-7). */
export function timestamp(unit?: 'ms'): Column<Date, 'timestamp', never>
export function timestamp(unit: 'us'): Column<bigint, 'timestamp', never>
export function timestamp(unit: 'ms' | 'us' = 'ms'): Column<Date | bigint, 'timestamp', never> {
  const type = { name: 'timestamp', unit } as const
  refuseType(type, 'timestamp(unit)')
  return column(type)
}

/** A UUID, returned in lower case (TYPE-8). */
export const uuid = () => column<string, 'uuid'>({ name: 'uuid' })

/** A JSON document; the type argument states its shape, which is not checked (TYPE-9). */
export const json = <Value = JsonValue>() => column<Value, 'json'>({ name: 'json' })

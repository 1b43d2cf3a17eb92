import { Buffer } from 'node:buffer'
import { generateFunction, HoldfastError } from '@holdfast/core/backend'
import type { LogicalType, StoredRow, StoredValue, TypeName } from '@holdfast/core/backend'
import type { EncodeParameter } from '@holdfast/sql'

/**
 * Physical values. Booleans, integers, bigints, decimals (unscaled) and timestamps are INTEGER, doubles REAL, bytes BLOB,
 * everything else TEXT. The driver binds every JavaScript number as REAL: a STRICT column makes an integer of it again
 * without loss, but an expression would not, so parameters of integer types are bound as bigints.
 */
const toInteger: EncodeParameter = (value) =>
  value === null ? null : BigInt(value as number | boolean | bigint)
const asItIs: EncodeParameter = (value) => value

const encoders: Readonly<Record<TypeName, EncodeParameter>> = {
  boolean: toInteger,
  integer: toInteger,
  bigint: asItIs,
  double: asItIs,
  decimal: asItIs,
  text: asItIs,
  bytes: asItIs,
  date: asItIs,
  timestamp: toInteger,
  uuid: asItIs,
  json: asItIs,
}

export function parameterEncoder(type: LogicalType): EncodeParameter {
  return encoders[type.name]
}

const toJson: EncodeParameter = (values) => JSON.stringify(values)
/** JSON has no bigint of its own; SQLite reads the digits of an int64 exactly. Safe integers are written as digits anyway. */
const digitsToJson: EncodeParameter = (values) => `[${(values as readonly StoredValue[]).join()}]`
/** Digits alone would be read as an integer, which beyond 2^53 need not be the double that JavaScript prints with them. */
const realToJson = (value: number) =>
  Number.isInteger(value) && Math.abs(value) < 1e21 ? `${value}.0` : String(value)
const realsToJson: EncodeParameter = (values) => `[${(values as readonly number[]).map(realToJson).join()}]`
const flagsToJson: EncodeParameter = (values) => JSON.stringify((values as readonly boolean[]).map(Number))
const bytesToJson: EncodeParameter = (values) =>
  JSON.stringify((values as readonly Uint8Array[]).map((bytes) => Buffer.from(bytes).toString('hex')))

const listEncoders: Readonly<Record<TypeName, EncodeParameter>> = {
  boolean: flagsToJson,
  integer: toJson,
  bigint: digitsToJson,
  double: realsToJson,
  decimal: digitsToJson,
  text: toJson,
  bytes: bytesToJson,
  date: toJson,
  timestamp: digitsToJson,
  uuid: toJson,
  json: toJson,
}

export function parameterListEncoder(type: LogicalType): EncodeParameter {
  return listEncoders[type.name]
}

/** Turns a row as the driver gives it into a stored one, in place. */
export type DecodeRow = (row: StoredRow) => StoredRow

/** How rows of these columns are read. */
export interface RowForm {
  /** Whether integers must come as bigints, because a column may hold more than 2^53. */
  readonly wide: boolean
  /** Absent where rows come in their stored form. */
  readonly decode: DecodeRow | undefined
}

type DecodeValue = (value: unknown, column: string) => StoredValue

const wideTypes = (type: LogicalType) =>
  type.name === 'bigint' || type.name === 'decimal' || (type.name === 'timestamp' && type.unit === 'us')

/**
 * How rows with these columns are read.
 *
 * @param checked whether integers are checked to be safe ones: what another program wrote may not be
 */
export function rowForm(columns: readonly NamedType[], checked = false): RowForm {
  const wide = columns.some(({ type }) => wideTypes(type))
  const steps = columns.flatMap(({ name, type }) => {
    const decode = valueDecoder(type, wide, checked)
    return decode === undefined ? [] : [{ name, decode }]
  })
  if (steps.length === 0) return { wide, decode: undefined }
  return { wide, decode: generateDecoder(steps) ?? interpret(steps) }
}

type NamedType = { readonly name: string; readonly type: LogicalType }
type Step = { readonly name: string; readonly decode: DecodeValue }

function valueDecoder(type: LogicalType, wide: boolean, checked: boolean): DecodeValue | undefined {
  if (type.name === 'boolean') return wide ? decodeWideBoolean : decodeBoolean
  const isNumber = type.name === 'integer' || (type.name === 'timestamp' && type.unit === 'ms')
  if (!isNumber) return undefined
  if (wide) return decodeWideNumber
  return checked ? decodeCheckedNumber : undefined
}

const decodeBoolean: DecodeValue = (value, column) =>
  value === 1 ? true : value === 0 ? false : value === null ? null : invalid(column, 'a boolean')

const decodeWideBoolean: DecodeValue = (value, column) =>
  value === 1n ? true : value === 0n ? false : value === null ? null : invalid(column, 'a boolean')

const decodeCheckedNumber: DecodeValue = (value, column) =>
  value === null || Number.isSafeInteger(value) ? (value as number | null) : invalid(column, 'a safe integer')

const decodeWideNumber: DecodeValue = (value, column) =>
  value === null ? null : decodeCheckedNumber(Number(value), column)

function invalid(column: string, expected: string): never {
  throw new HoldfastError('INVALID_DATA', `The column "${column}" holds a value that is not ${expected}.`, {
    column,
  })
}

function generateDecoder(steps: readonly Step[]): DecodeRow | undefined {
  const lines = steps.map(({ name }, index) => {
    const field = `row[${JSON.stringify(name)}]`
    return `${field} = decode${index}(${field}, ${JSON.stringify(name)})`
  })
  const decoders = Object.fromEntries(steps.map(({ decode }, index) => [`decode${index}`, decode]))
  return generateFunction<DecodeRow>(['row'], [...lines, 'return row'].join('\n'), decoders)
}

function interpret(steps: readonly Step[]): DecodeRow {
  return (row) => {
    for (const { name, decode } of steps) row[name] = decode(row[name], name)
    return row
  }
}

/** Puts the values of a row that are bound to a statement into an array, from an offset on. */
export type BindRow = (row: StoredRow, values: unknown[], offset: number) => void

/** How rows are bound to placeholders in the order of the columns. A STRICT column makes integers of the driver's REAL. */
export function rowBinder(columns: readonly NamedType[]): BindRow {
  const lines = columns.map(({ name, type }, index) => {
    const field = `row[${JSON.stringify(name)}]`
    const value = type.name === 'boolean' ? `flag(${field})` : field
    return `values[offset + ${index}] = ${value}`
  })
  const generated = generateFunction<BindRow>(['row', 'values', 'offset'], lines.join('\n'), {
    flag: bindFlag,
  })
  if (generated !== undefined) return generated
  return (row, values, offset) =>
    columns.forEach(({ name, type }, index) => {
      values[offset + index] = bindValue(type, row[name]!)
    })
}

const bindFlag = (value: StoredValue) => (value === null ? null : Number(value))

/** How one value is bound where a column makes it what it must be. */
export function bindValue(type: LogicalType, value: StoredValue): unknown {
  return type.name === 'boolean' ? bindFlag(value) : value
}

import { Buffer } from 'node:buffer'
import { isDate as isDateObject, isUint8Array } from 'node:util/types'
import { HoldfastError } from '../backend/errors.js'
import { canonicalJson, parseJson } from './canonical-json.js'
import { firstMicrosecond, firstMillisecond, isDate, lastMicrosecond, lastMillisecond } from './date.js'
import { fitsPrecision, formatDecimal, parseDecimal } from './decimal.js'
import { describeType, describeValue } from './describe.js'
import { limits } from './limits.js'
import { fitsBytes, isStorableText } from './text.js'
import type { LogicalType, StoredValue, TypeName } from './types.js'
import { isUuid, parseUuid } from './uuid.js'

/** Turns a user value into a stored one; undefined when it does not belong to the type. Never given null. */
export type Encode = (value: unknown) => StoredValue | undefined
/** Turns a stored value into the user's. Never given null. */
export type Decode = (stored: StoredValue) => unknown

interface ValueCodec {
  readonly encode: Encode
  /** Absent where both forms are the same. */
  readonly decode?: Decode
  /** Whether a value, from an engine or from JSON, is in the stored form of the type. */
  readonly isStored: (value: unknown) => boolean
}

type TypeOf<Name extends TypeName> = Extract<LogicalType, { readonly name: Name }>
type Codecs = { readonly [Name in TypeName]: (type: TypeOf<Name>, maxBytes: number) => ValueCodec }

const minimumInt64 = -(2n ** 63n)
const maximumInt64 = 2n ** 63n - 1n

const isBoolean = (value: unknown): value is boolean => typeof value === 'boolean'
const isSafeInteger = (value: unknown): value is number => Number.isSafeInteger(value)
const isFiniteNumber = (value: unknown): value is number => Number.isFinite(value)
const isInt64 = (value: unknown): value is bigint =>
  typeof value === 'bigint' && value >= minimumInt64 && value <= maximumInt64
const isMillisecond = (value: unknown): value is number =>
  isSafeInteger(value) && value >= firstMillisecond && value <= lastMillisecond
const isMicrosecond = (value: unknown): value is bigint =>
  typeof value === 'bigint' && value >= firstMicrosecond && value <= lastMicrosecond

/** Adding 0 turns −0 into 0 and nothing else. */
const withoutNegativeZero = (value: number) => value + 0

const readInstant = (value: unknown): number => Date.prototype.getTime.call(value)

const codecs: Codecs = {
  boolean: () => ({ encode: (value) => (isBoolean(value) ? value : undefined), isStored: isBoolean }),
  integer: () => ({
    encode: (value) => (isSafeInteger(value) ? withoutNegativeZero(value) : undefined),
    isStored: (value) => isSafeInteger(value) && !Object.is(value, -0),
  }),
  bigint: () => ({ encode: (value) => (isInt64(value) ? value : undefined), isStored: isInt64 }),
  double: () => ({
    encode: (value) => (isFiniteNumber(value) ? withoutNegativeZero(value) : undefined),
    isStored: (value) => isFiniteNumber(value) && !Object.is(value, -0),
  }),
  decimal: ({ precision, scale }) => ({
    encode: (value) => (typeof value === 'string' ? parseDecimal(value, precision, scale) : undefined),
    decode: (stored) => formatDecimal(stored as bigint, scale),
    isStored: (value) => typeof value === 'bigint' && fitsPrecision(value, precision),
  }),
  text: (_, maxBytes) => {
    const isText = (value: unknown): value is string =>
      typeof value === 'string' && isStorableText(value) && fitsBytes(value, maxBytes)
    return { encode: (value) => (isText(value) ? value : undefined), isStored: isText }
  },
  bytes: (_, maxBytes) => {
    // Asks for the internal slot: no proxy, and no object that only looks like one, passes.
    const isBytes = (value: unknown): value is Uint8Array =>
      isUint8Array(value) && value.byteLength <= maxBytes
    return {
      encode: (value) => (isBytes(value) ? new Uint8Array(value) : undefined),
      decode: (stored) => new Uint8Array(stored as Uint8Array),
      isStored: isBytes,
    }
  },
  date: () => {
    const isDay = (value: unknown): value is string => typeof value === 'string' && isDate(value)
    return { encode: (value) => (isDay(value) ? value : undefined), isStored: isDay }
  },
  timestamp: ({ unit }) =>
    unit === 'us'
      ? { encode: (value) => (isMicrosecond(value) ? value : undefined), isStored: isMicrosecond }
      : {
          encode: (value) => {
            if (!isDateObject(value)) return undefined
            const instant = readInstant(value)
            return isMillisecond(instant) ? withoutNegativeZero(instant) : undefined
          },
          decode: (stored) => new Date(stored as number),
          isStored: (value) => isMillisecond(value) && !Object.is(value, -0),
        },
  uuid: () => ({
    encode: (value) => (typeof value === 'string' ? parseUuid(value) : undefined),
    isStored: (value) => typeof value === 'string' && isUuid(value),
  }),
  json: (_, maxBytes) => ({
    encode: (value) => canonicalJson(value, 'json', { maxBytes }),
    decode: (stored) => parseJson(stored as string),
    isStored: (value) => {
      if (typeof value !== 'string') return false
      try {
        return canonicalJson(parseJson(value), 'json', { maxBytes }) === value
      } catch {
        return false
      }
    },
  }),
}

/** Types are constant data that many values share: those of a column, a literal, a parameter. */
const made = new WeakMap<LogicalType, ValueCodec>()

function codecOf(type: LogicalType, maxBytes: number = limits.maxValueBytes): ValueCodec {
  if (maxBytes !== limits.maxValueBytes) return makeCodec(type, maxBytes)
  let codec = made.get(type)
  if (codec === undefined) made.set(type, (codec = makeCodec(type, maxBytes)))
  return codec
}

function makeCodec(type: LogicalType, maxBytes: number): ValueCodec {
  const make = codecs[type.name] as (type: LogicalType, maxBytes: number) => ValueCodec
  return make(type, maxBytes)
}

/** The encoder of a type, made once and used for many values. Of json it throws instead of returning undefined. */
export function encoderOf(type: LogicalType, maxBytes?: number): Encode {
  return codecOf(type, maxBytes).encode
}

/** The decoder of a type; undefined where user and stored form are the same. */
export function decoderOf(type: LogicalType): Decode | undefined {
  return codecOf(type).decode
}

/** What the error about a value says besides where it is, and the limit that applies to it. */
export interface ValueContext {
  readonly table?: string
  readonly column?: string
  readonly maxBytes?: number
}

/**
 * The stored form of a user value that is not null.
 *
 * @param path where the value is, for the error: for example `rows[3].celsius`
 * @throws HoldfastError `INVALID_VALUE` when the value does not belong to the type, `LIMIT_EXCEEDED` when it is too large
 * (TYPE-1 to TYPE-10)
 */
export function toStored(
  type: LogicalType,
  value: unknown,
  path: string,
  context: ValueContext = {},
): StoredValue {
  const { maxBytes = limits.maxValueBytes, ...details } = context
  if (type.name === 'json') return canonicalJson(value, path, context)
  const stored = codecOf(type, maxBytes).encode(value)
  if (stored !== undefined) return stored
  const size = sizeOf(type, value)
  const [code, problem] =
    size > maxBytes
      ? (['LIMIT_EXCEEDED', `has ${size} bytes, and a ${type.name} value is at most ${maxBytes}`] as const)
      : (['INVALID_VALUE', `must be ${describeType(type)}, not ${describeValue(value)}`] as const)
  throw new HoldfastError(code, `${path} ${problem}`, { ...details, path })
}

/** The user form of a stored value; null stays null. The result is the caller's own. */
export function toUser(type: LogicalType, stored: StoredValue): unknown {
  if (stored === null) return null
  const decode = decoderOf(type)
  return decode === undefined ? stored : decode(stored)
}

/** What says whether a value that is not null is in the stored form of a type, made once and used for many values. */
export function storedCheckOf(type: LogicalType, maxBytes?: number): (value: unknown) => boolean {
  return codecOf(type, maxBytes).isStored
}

/** Whether a value that is not null is in the stored form of the type. */
export function isStored(type: LogicalType, value: unknown): value is StoredValue {
  return codecOf(type).isStored(value)
}

/**
 * Refuses a value that an engine returned for a column and that is not in the stored form of its type.
 *
 * @throws HoldfastError `INVALID_DATA`
 */
export function checkStored(type: LogicalType, value: unknown, path: string): asserts value is StoredValue {
  if (isStored(type, value)) return
  throw new HoldfastError(
    'INVALID_DATA',
    `${path} holds ${describeValue(value)}, which is not ${describeType(type)}`,
    { path },
  )
}

function sizeOf(type: LogicalType, value: unknown): number {
  if (type.name === 'text' && typeof value === 'string') return Buffer.byteLength(value)
  return type.name === 'bytes' && isUint8Array(value) ? value.byteLength : 0
}

import { comparatorOf } from '@holdfast/core/backend'
import type { Comparator, LogicalType, StoredValue, TypeName } from '@holdfast/core/backend'
import type { PageBytes } from './page-bytes.js'

/** How values of a type are written, and what is counted of them. */
export interface ValueKind {
  /** Appends values that are not null in the encoding PLAIN. */
  readonly write: (values: readonly StoredValue[], count: number, to: PageBytes) => void
  /** What a value takes in this encoding; for texts about so much. */
  readonly sizeOf: (value: StoredValue) => number
  /** Whether values that come often are written once, in a dictionary. */
  readonly hasDictionary: boolean
  /** The order in which the least and the greatest value are found; absent where they are not told. */
  readonly compare?: Comparator<StoredValue>
  /** A value as the metadata has it. */
  readonly toMetadata: (value: StoredValue) => bigint | number | string | boolean | Uint8Array
}

type TypeOf<Name extends TypeName> = Extract<LogicalType, { readonly name: Name }>
type Write = ValueKind['write']
type Metadata = ReturnType<ValueKind['toMetadata']>

const asItIs = (value: StoredValue) => value as Metadata

/** Values of so many bytes each, in a loop of their own. */
function fixed(width: number, write: (view: DataView, at: number, value: never) => void): Write {
  const put = write as (view: DataView, at: number, value: StoredValue) => void
  return (values, count, to) => {
    let at = to.take(count * width)
    const { view } = to
    for (let index = 0; index < count; index++, at += width) put(view, at, values[index]!)
  }
}

const two32 = 2 ** 32

/** A safe integer in 64 bits, without a bigint. */
function putInteger(view: DataView, at: number, value: number): void {
  view.setInt32(at, value, true)
  view.setInt32(at + 4, Math.floor(value / two32), true)
}

const writeIntegers: Write = (values, count, to) => {
  let at = to.take(count * 8)
  const { view } = to
  for (let index = 0; index < count; index++, at += 8) putInteger(view, at, values[index] as number)
}

const writeDoubles: Write = (values, count, to) => {
  let at = to.take(count * 8)
  const { view } = to
  for (let index = 0; index < count; index++, at += 8) view.setFloat64(at, values[index] as number, true)
}

const writeBooleans: Write = (values, count, to) => {
  const at = to.take(Math.ceil(count / 8))
  const { bytes } = to
  bytes.fill(0, at, to.length)
  for (let index = 0; index < count; index++)
    if (values[index] === true) bytes[at + (index >>> 3)]! |= 1 << (index & 7)
}

const writeTexts: Write = (values, count, to) => {
  for (let index = 0; index < count; index++) to.addText(values[index] as string)
}

const writeBytes: Write = (values, count, to) => {
  for (let index = 0; index < count; index++) to.addBytes(values[index] as Uint8Array)
}

const millisecondsPerDay = 86_400_000

/** Days since 1970. */
export function daysOf(date: string): number {
  return Date.parse(date) / millisecondsPerDay
}

const writeUuids: Write = (values, count, to) => {
  let at = to.take(count * 16)
  for (let index = 0; index < count; index++, at += 16)
    to.bytes.write((values[index] as string).replaceAll('-', ''), at, 'hex')
}

const writeBigints = fixed(8, (view, at, value: bigint) => view.setBigInt64(at, value, true))

const eight = () => 8
const textSize = (value: StoredValue) => (value as string).length + 4

type Kind = Omit<ValueKind, 'compare'> & { readonly isOrdered: boolean }

const kinds: { readonly [Name in TypeName]: (type: TypeOf<Name>) => Kind } = {
  boolean: () => ({
    write: writeBooleans,
    sizeOf: () => 1 / 8,
    hasDictionary: false,
    isOrdered: true,
    toMetadata: asItIs,
  }),
  integer: () => ({
    write: writeIntegers,
    sizeOf: eight,
    hasDictionary: true,
    isOrdered: true,
    toMetadata: (value) => BigInt(value as number),
  }),
  bigint: () => ({
    write: writeBigints,
    sizeOf: eight,
    hasDictionary: true,
    isOrdered: true,
    toMetadata: asItIs,
  }),
  double: () => ({
    write: writeDoubles,
    sizeOf: eight,
    hasDictionary: true,
    isOrdered: true,
    toMetadata: asItIs,
  }),
  decimal: ({ precision }) => ({
    write:
      precision <= 9
        ? fixed(4, (view, at, value: bigint) => view.setInt32(at, Number(value), true))
        : writeBigints,
    sizeOf: () => (precision <= 9 ? 4 : 8),
    hasDictionary: true,
    isOrdered: true,
    toMetadata: asItIs,
  }),
  text: () => ({
    write: writeTexts,
    sizeOf: textSize,
    hasDictionary: true,
    isOrdered: true,
    toMetadata: asItIs,
  }),
  bytes: () => ({
    write: writeBytes,
    sizeOf: (value) => (value as Uint8Array).length + 4,
    // Equal bytes are different objects.
    hasDictionary: false,
    isOrdered: true,
    toMetadata: asItIs,
  }),
  date: () => ({
    write: fixed(4, (view, at, value: string) => view.setInt32(at, daysOf(value), true)),
    sizeOf: () => 4,
    hasDictionary: true,
    isOrdered: true,
    toMetadata: (value) => daysOf(value as string),
  }),
  timestamp: ({ unit }) => ({
    write: unit === 'ms' ? writeIntegers : writeBigints,
    sizeOf: eight,
    hasDictionary: true,
    isOrdered: true,
    toMetadata: unit === 'ms' ? (value) => BigInt(value as number) : asItIs,
  }),
  uuid: () => ({
    write: writeUuids,
    sizeOf: () => 16,
    hasDictionary: true,
    isOrdered: true,
    toMetadata: asItIs,
  }),
  // Documents are long, and conditions are rarely about the order of their texts.
  json: () => ({
    write: writeTexts,
    sizeOf: textSize,
    hasDictionary: true,
    isOrdered: false,
    toMetadata: asItIs,
  }),
}

export function valueKind(type: LogicalType): ValueKind {
  const make = kinds[type.name] as (type: LogicalType) => Kind
  const { isOrdered, ...kind } = make(type)
  return isOrdered ? { ...kind, compare: comparatorOf(type) } : kind
}

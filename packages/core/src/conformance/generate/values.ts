import type { LogicalType, StoredValue } from '../../schema/types.js'
import { canonicalText } from '../oracle/canonical.js'
import type { Document } from '../oracle/canonical.js'
import type { Dice } from '../random/dice.js'
import { boundaryValues } from './boundaries.js'

/**
 * How the doubles of a column are chosen. `exact` ones are multiples of 2^-10 below 2^40: their sums and averages have
 * the same bits in every order of addition. `wild` ones reach to both ends of the type.
 */
export type Doubles = 'exact' | 'wild'

/** Code points order these in one way, UTF-16 units in another. */
const unorderedTexts: readonly string[] = [
  '\ue000',
  '\uffff',
  'a\uffff',
  '\u{1f600}',
  '\u{10ffff}',
  'a\u{1f600}',
]

/** A value of the type: half of the time one from a boundary, else one from anywhere. Never null. */
export function randomValue(dice: Dice, type: LogicalType, doubles: Doubles = 'wild'): StoredValue {
  if (type.name === 'double' && doubles === 'exact') return exactDouble(dice)
  if (type.name === 'text' && dice.chance(15)) return dice.pick(unorderedTexts)
  return dice.chance(50) ? dice.pick(boundaryValues(type)) : anywhere(dice, type)
}

/** The few values that a column of a small table takes, so that predicates hit and groups collide. */
export function randomPool(
  dice: Dice,
  type: LogicalType,
  doubles: Doubles,
  size: number,
): readonly StoredValue[] {
  return dice.several(1, size, () => randomValue(dice, type, doubles))
}

function exactDouble(dice: Dice): number {
  return dice.weighted<() => number>([
    [3, () => dice.integer(-3, 3)],
    [3, () => dice.integer(-4096, 4096) / 1024],
    [1, () => dice.integer(-(2 ** 40), 2 ** 40) / 1024],
  ])()
}

function anywhere(dice: Dice, type: LogicalType): StoredValue {
  switch (type.name) {
    case 'boolean':
      return dice.chance(50)
    case 'integer':
      return dice.chance(80) ? dice.integer(-10, 100) : dice.integer(-(2 ** 53 - 1), 2 ** 53 - 1)
    case 'bigint':
      return dice.chance(70) ? dice.bigint(-10n, 100n) : dice.bigint(-(2n ** 63n), 2n ** 63n - 1n)
    case 'double':
      return wildDouble(dice)
    case 'decimal': {
      const largest = 10n ** BigInt(type.precision) - 1n
      const near = dice.chance(60) && largest > 1000n ? 1000n : largest
      return dice.bigint(-near, near)
    }
    case 'text':
      return dice.several(0, 4, () => randomCharacter(dice)).join('')
    case 'bytes':
      return Uint8Array.from(dice.several(0, 4, () => dice.integer(0, 255)))
    case 'date':
      return new Date(randomInstant(dice)).toISOString().slice(0, 10)
    case 'timestamp': {
      const instant = randomInstant(dice)
      return type.unit === 'ms' ? instant : BigInt(instant) * 1000n + BigInt(dice.integer(0, 999))
    }
    case 'uuid':
      return randomUuid(dice)
    case 'json':
      return canonicalText(randomDocument(dice, 2))
  }
}

function wildDouble(dice: Dice): number {
  const value = (dice.fraction() - 0.5) * 10 ** dice.integer(-300, 300)
  return value === 0 ? 0 : value
}

/** Mostly ASCII letters, so that pieces are found in each other; the rest from every plane, no NUL and no surrogate. */
function randomCharacter(dice: Dice): string {
  return dice.weighted<() => string>([
    [8, () => dice.pick(['a', 'b', 'A', 'B', '1', '%', '_', ' '])],
    [2, () => String.fromCodePoint(dice.integer(1, 0x7f))],
    [1, () => String.fromCodePoint(dice.integer(0x80, 0xd7ff))],
    [1, () => String.fromCodePoint(dice.integer(0xe000, 0x10ffff))],
  ])()
}

/** Mostly within two centuries, sometimes anywhere in the range of the type. */
function randomInstant(dice: Dice): number {
  return dice.chance(80)
    ? dice.integer(Date.UTC(1900, 0), Date.UTC(2100, 0))
    : dice.integer(-62_135_596_800_000, 253_402_300_799_999)
}

function randomUuid(dice: Dice): string {
  const digits = Array.from({ length: 32 }, () => dice.integer(0, 15).toString(16)).join('')
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}

/** A document that is not null at the top. */
function randomDocument(dice: Dice, depth: number): Document {
  const branches = depth === 0 ? 0 : 3
  return dice.weighted<() => Document>([
    [2, () => dice.integer(-3, 30)],
    [1, () => dice.integer(-2000, 2000) / 8],
    [2, () => dice.pick(['a', 'b', '', '\ue000'])],
    [1, () => dice.chance(50)],
    [branches, () => dice.several(0, 3, () => member(dice, depth - 1))],
    [
      branches,
      () => Object.fromEntries(dice.several(0, 3, () => [dice.pick(documentKeys), member(dice, depth - 1)])),
    ],
  ])()
}

function member(dice: Dice, depth: number): Document {
  return dice.chance(20) ? null : randomDocument(dice, depth)
}

/** The object keys that documents and paths share. */
export const documentKeys: readonly string[] = [
  'a',
  'b',
  'c',
  '',
  'a.b',
  '0',
  '$',
  'a"b',
  '\ue000',
  '__proto__',
]

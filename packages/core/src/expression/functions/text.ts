import { limits } from '../../schema/limits.js'
import { fitsBytes } from '../../schema/text.js'
import type { ValueFunction } from './function.js'
import { fixed, logicalTypes } from './rules.js'

const { boolean, integer, text: textType } = logicalTypes

/** The number of code points: every unit but the second of a surrogate pair begins one (TEXT-5). */
function codePoints(value: string): number {
  let count = 0
  for (let index = 0; index < value.length; index++) {
    if (!isSecondOfPair(value, index)) count++
  }
  return count
}

function isSecondOfPair(value: string, index: number): boolean {
  return (value.charCodeAt(index) & 0xfc00) === 0xdc00
}

/** The index of the unit that lies so many code points after another, or the end. */
function skipCodePoints(value: string, from: number, count: number): number {
  let index = from
  for (let left = count; left > 0 && index < value.length; left--) {
    index += index + 1 < value.length && isSecondOfPair(value, index + 1) ? 2 : 1
  }
  return index
}

function substring(value: string, start: number, length: number): string | null {
  if (start < 0 || length < 0) return null
  const begin = skipCodePoints(value, 0, start)
  return value.slice(begin, skipCodePoints(value, begin, length))
}

const nullable = (typeOf: ValueFunction['typeOf']): ValueFunction['typeOf'] => {
  return (types, options) => {
    const result = typeOf(types, options)
    return typeof result === 'string' ? result : { ...result, nullable: true }
  }
}

const search = (test: (value: string, part: string) => boolean): ValueFunction => ({
  arity: [2, 2],
  nulls: 'propagate',
  typeOf: fixed(['text'], boolean),
  implement: () => test,
})

const fold = (letters: RegExp, change: (part: string) => string): ValueFunction => ({
  arity: [1, 1],
  nulls: 'propagate',
  typeOf: fixed(['text'], textType),
  implement: () => (value: string) => value.replace(letters, change),
})

export const text = {
  startsWith: search((value, part) => value.startsWith(part)),
  endsWith: search((value, part) => value.endsWith(part)),
  contains: search((value, part) => value.includes(part)),
  length: {
    arity: [1, 1],
    nulls: 'propagate',
    typeOf: fixed(['text'], integer),
    implement: () => codePoints,
  },
  lower: fold(/[A-Z]+/g, (part) => part.toLowerCase()),
  upper: fold(/[a-z]+/g, (part) => part.toUpperCase()),
  /** A result over the size of a text (TYPE-10) is null. */
  concat: {
    arity: [2, 2],
    nulls: 'propagate',
    typeOf: nullable(fixed(['text'], textType)),
    implement: () => (left: string, right: string) => {
      if (left.length + right.length > limits.maxValueBytes) return null
      const whole = left + right
      return fitsBytes(whole, limits.maxValueBytes) ? whole : null
    },
  },
  substring: {
    arity: [3, 3],
    nulls: 'propagate',
    typeOf: nullable(fixed(['text', 'integer'], textType)),
    implement: () => substring,
  },
} satisfies Record<string, ValueFunction>

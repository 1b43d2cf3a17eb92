import type { Defect } from './defect.ts'

const functions = (file: string, name: string, text: string, instead: string): Defect => ({
  name,
  part: 'functions',
  file: `expression/functions/${file}.ts`,
  text,
  instead,
})

/** Scalar functions that give something else. */
export const functionDefects: readonly Defect[] = [
  functions(
    'comparison',
    'takes less or equal for less',
    'lessThan: (compare) => (left, right) => compare(left, right) < 0',
    'lessThan: (compare) => (left, right) => compare(left, right) <= 0',
  ),
  functions(
    'comparison',
    'takes greater for greater or equal, of numbers',
    'greaterOrEqual: (left, right) => left! >= right!',
    'greaterOrEqual: (left, right) => left! > right!',
  ),
  functions(
    'comparison',
    'compares texts by UTF-16 units',
    "const needsComparator = new Set(['text', 'bytes', 'json'])",
    "const needsComparator = new Set(['bytes', 'json'])",
  ),
  functions(
    'comparison',
    'compares decimals of two scales by their digits',
    '(a, b) => compare((a as bigint) * leftFactor, (b as bigint) * rightFactor)',
    '(a, b) => compare(a as bigint, b as bigint)',
  ),
  functions(
    'comparison',
    'takes two nulls for distinct',
    '? a !== b : !equal(a, b)',
    '? true : !equal(a, b)',
  ),
  functions(
    'comparison',
    'takes null in an empty list for unknown',
    'if (list.length === 0) return false\n    if (value === null) return null',
    'if (value === null) return null\n    if (list.length === 0) return false',
  ),
  functions(
    'logic',
    'takes unknown for undecided false in and, or',
    'first === null || second === null ? null : !decisive',
    'first === null && second === null ? null : !decisive',
  ),
  functions(
    'logic',
    'is decided by its first unknown part of many',
    'if (value === null) answer = null',
    'if (value === null) return null',
  ),
  functions(
    'text',
    'counts the length in UTF-16 units',
    'implement: () => codePoints',
    'implement: () => (value: string) => value.length',
  ),
  functions(
    'text',
    'cuts texts in UTF-16 units',
    'return value.slice(begin, skipCodePoints(value, begin, length))',
    'return value.slice(start, start + length)',
  ),
  functions(
    'text',
    'takes a negative start for the first place',
    'if (start < 0 || length < 0) return null',
    'if (length < 0) return null',
  ),
  functions('text', 'folds letters beyond ASCII', 'lower: fold(/[A-Z]+/g,', 'lower: fold(/\\p{Lu}+/gu,'),
  functions(
    'text',
    'finds the end of a text anywhere',
    'endsWith: search((value, part) => value.endsWith(part))',
    'endsWith: search((value, part) => value.includes(part))',
  ),
  functions(
    'numbers',
    'wraps a sum that leaves int64',
    'bigint: (left: bigint, right: bigint) => int64(left + right)',
    'bigint: (left: bigint, right: bigint) => BigInt.asIntN(64, left + right)',
  ),
  functions(
    'numbers',
    'gives unsafe integers',
    'integer: (left: number, right: number) => safeInteger(left * right)',
    'integer: (left: number, right: number) => left * right + 0',
  ),
  functions(
    'numbers',
    'divides towards minus infinity',
    '(left - (left % right)) / right + 0',
    'Math.floor(left / right) + 0',
  ),
  functions(
    'numbers',
    'gives a remainder that is never negative',
    '(left % right) + 0',
    '(((left % right) + right) % right) + 0',
  ),
  functions(
    'numbers',
    'divides by zero',
    'finite(Number(left) / Number(right))',
    'Number(right) === 0 ? 0 : finite(Number(left) / Number(right))',
  ),
  functions(
    'numbers',
    'adds decimals of two scales by their digits',
    'decimal18(a * leftFactor + b * rightFactor)',
    'decimal18(a + b * sign)',
  ),
  functions(
    'numbers',
    'forgets a sign',
    'integer: (value: number) => Math.abs(value)',
    'integer: (value: number) => value',
  ),
  functions(
    'conditional',
    'takes the last value that is not null',
    'for (const operand of operands) {',
    'for (const operand of operands.toReversed()) {',
  ),
  functions(
    'conditional',
    'chooses by a condition that is unknown',
    '(source, parameters) === true) return',
    '(source, parameters) !== false) return',
  ),
  functions(
    'cast',
    'rounds a double to an integer',
    'safeInteger(Math.trunc(value))',
    'safeInteger(Math.round(value))',
  ),
  functions(
    'cast',
    'casts an integer to a decimal of any size',
    'return fitsPrecision(unscaled, precision) ? unscaled : null',
    'return fitsPrecision(unscaled, precision) ? unscaled : unscaled % 10n ** BigInt(precision)',
  ),
  functions('calendar', 'begins the week on Sunday', 'modulo(days + 3, 7) + 1', 'modulo(days + 4, 7) + 1'),
  functions(
    'calendar',
    'rounds microseconds before 1970 up',
    'instant < 0n && instant % 1000n !== 0n ? milliseconds - 1 : milliseconds',
    'milliseconds',
  ),
  functions(
    'time',
    'counts weeks from New Year',
    'Math.floor((thursday - newYear) / 7) + 1',
    'Math.floor((days - newYear) / 7) + 1',
  ),
  functions('time', 'begins a quarter a month late', 'month - ((month - 1) % 3)', 'month - (month % 3)'),
  functions(
    'json',
    'reads a number as a text',
    "text: (value) => (typeof value === 'string' ? value : null)",
    "text: (value) => (typeof value === 'string' || typeof value === 'number' ? String(value) : null)",
  ),
  functions(
    'json',
    'finds items by texts and members by numbers',
    "Array.isArray(value) !== (typeof step === 'number') || ",
    '',
  ),
]

/** A defect in what core says that queries mean: one piece of its source that reads otherwise. */
export interface Defect {
  /** What the evaluator does then. */
  readonly name: string
  readonly part: 'functions' | 'nodes'
  /** The file, below `packages/core/src/`. */
  readonly file: string
  /** Found once in the file. */
  readonly text: string
  readonly instead: string
}

const functions = (file: string, name: string, text: string, instead: string): Defect => ({
  name,
  part: 'functions',
  file: `expression/functions/${file}.ts`,
  text,
  instead,
})

const nodes = (file: string, name: string, text: string, instead: string): Defect => ({
  name,
  part: 'nodes',
  file: `evaluate/${file}.ts`,
  text,
  instead,
})

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

export const nodeDefects: readonly Defect[] = [
  nodes('row-order', 'sorts nulls first', "nulls === 'first' ? -1 : 1", "nulls === 'first' ? 1 : -1"),
  nodes(
    'row-order',
    'sorts nulls with the direction',
    'if (left === null) return right === null ? 0 : nullFirst',
    'if (left === null) return right === null ? 0 : sign * nullFirst',
  ),
  nodes(
    'row-order',
    'sorts by the first term alone',
    'index < comparators.length; index++) {\n      const order = comparators',
    'index < 1; index++) {\n      const order = comparators',
  ),
  nodes(
    'limit',
    'counts an offset from 1',
    'start: number; end: number } {\n  const start = rowCount(node.offset, parameters)',
    'start: number; end: number } {\n  const start = Math.max(0, rowCount(node.offset, parameters) - 1)',
  ),
  nodes(
    'limit',
    'lets one row more through',
    'Infinity : start + rowCount(node.count, parameters)',
    'Infinity : start + 1 + rowCount(node.count, parameters)',
  ),
  nodes(
    'top',
    'keeps the last rows instead of the first',
    'else if (this.#compare(row, heap[0]!) < 0)',
    'else if (this.#compare(row, heap[0]!) > 0)',
  ),
  nodes(
    'distinct',
    'tells rows apart by their first column',
    'names.map((name) => row[name]!)',
    'names.map((name, index) => (index === 0 ? row[name]! : null))',
  ),
  nodes(
    'join',
    'joins null with null',
    'return key.includes(null) ? undefined : identityOf(key)',
    'return identityOf(key)',
  ),
  nodes(
    'join',
    'forgets the rows that match nothing',
    "if (!matched && node.kind === 'left')",
    "if (!matched && node.kind !== 'left' && node.kind !== 'inner')",
  ),
  nodes(
    'join',
    'keeps the rows that match nothing in an inner join',
    "if (!matched && node.kind === 'left')",
    'if (!matched)',
  ),
  nodes(
    'aggregate',
    'has no row for nothing',
    'if (names.length === 0) groups.set',
    'if (names.length < 0) groups.set',
  ),
  nodes(
    'accumulators',
    'counts nulls',
    'if (value !== null) add(value)',
    "if (value !== null || name === 'count') add(value)",
  ),
  nodes(
    'accumulators',
    'sums nothing to zero',
    'result: () => (count === 0 ? null : finish(summation, sum, count))',
    "result: () => (count === 0 ? (type.name === 'double' ? 0 : 0n) : finish(summation, sum, count))",
  ),
  nodes(
    'accumulators',
    'gives the least for the greatest',
    'maximum: (type) => extreme(type, 1)',
    'maximum: (type) => extreme(type, -1)',
  ),
  nodes(
    'accumulators',
    'averages over one value more',
    'summation.average(sum, count))',
    'summation.average(sum, count + 1))',
  ),
  nodes(
    'accumulators',
    'counts what is the same once more',
    'seen.add(identityOf(value)), result: () => seen.size',
    'seen.add(identityOf(value)), result: () => seen.size + (seen.size > 2 ? 1 : 0)',
  ),
  nodes(
    'accumulators',
    'takes the lower of the two middle values',
    'return finite(lower + (upper - lower) * (place - Math.floor(place)))',
    'return finite(lower + (upper - lower) * 0)',
  ),
  nodes(
    'accumulators',
    'gives the first row for the last',
    "const sign = end === 'first' ? -1 : 1",
    "const sign = end === 'first' ? -1 : -1",
  ),
  nodes(
    'sums',
    'wraps a sum that leaves int64',
    "if (BigInt.asIntN(64, total) !== total) throw overflow('bigint')",
    'if (BigInt.asIntN(64, total) !== total) return BigInt.asIntN(64, total)',
  ),
  nodes(
    'sums',
    'forgets the scale of an average of decimals',
    "const divisor = type.name === 'decimal' ? 10 ** type.scale : 1",
    'const divisor = 1',
  ),
  nodes('deviation', 'gives the deviation of a population', 'count * (count - 1n)', 'count * count'),
  nodes(
    'window-functions',
    'ranks densely',
    'rank: () => ranks((index) => index + 1)',
    'rank: () => ranks((_, previous) => previous + 1)',
  ),
  nodes(
    'window-functions',
    'looks back one row too far',
    'neighbour(-offset, argument!)',
    'neighbour(-offset - 1, argument!)',
  ),
  nodes(
    'window-functions',
    'ends a frame one row late',
    'pushed <= index + end;',
    'pushed <= index + end + 1;',
  ),
  nodes(
    'window-functions',
    'begins a frame one row late',
    'shifted < index + start;',
    'shifted <= index + start;',
  ),
  nodes(
    'window-functions',
    'begins at the current row where a frame says its end alone',
    'const { start = -Infinity, end = Infinity }',
    'const { start = 0, end = Infinity }',
  ),
  nodes(
    'window-functions',
    'numbers rows from 0',
    'rows.map((_, index) => index + 1)',
    'rows.map((_, index) => index)',
  ),
  nodes(
    'window',
    'knows no partition',
    'identityOf(values.map((value) => value(entry.row, parameters)))',
    'identityOf(values.map(() => null))',
  ),
  nodes(
    'sliding',
    'forgets what entered a frame before',
    'this.#entered = this.#join(this.#entered, state)',
    'this.#entered = state',
  ),
  nodes(
    'filter',
    'keeps the rows for which a condition is unknown',
    'batch.filter((row) => passes(row, parameters))',
    'batch.filter((row) => passes(row, parameters) || Object.values(row).includes(null))',
  ),
]

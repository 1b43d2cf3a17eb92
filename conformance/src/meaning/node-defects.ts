import type { Defect } from './defect.ts'

const nodes = (file: string, name: string, text: string, instead: string): Defect => ({
  name,
  part: 'nodes',
  file: `evaluate/${file}.ts`,
  text,
  instead,
})

/** Nodes, aggregates and windows that do something else. */
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

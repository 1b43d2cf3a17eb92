import { encoderOf } from './codecs.js'
import { defaultOf } from './defaults.js'
import { isPlainObject } from './guard.js'
import { keyRoom } from './key-size.js'
import type { ValueLimits } from './limits.js'
import type { ColumnDefinition, StoredRow, TableDefinition } from './types.js'

/** Encodes a plain row without a fault; for every other row gives undefined, or throws. */
export type FastRowEncoder = (row: unknown, now: number | undefined) => StoredRow | undefined

/**
 * Makes an encoder as one function of straight code, which reads each column by its name and ends in one object literal.
 * A loop over the columns takes more than three times as long (10 columns: 250 ns, this 75 ns), because each read and write
 * by a variable name is a look-up. Undefined where the process forbids code from text.
 *
 * Only names, written by `JSON.stringify`, and numbers are part of the text; values never are.
 */
export function generateRowEncoder(table: TableDefinition, bounds: ValueLimits): FastRowEncoder | undefined {
  const { columns } = table
  const generated = columns.findIndex((column) => column.generated !== undefined)
  const whole = literalOf(columns, () => true)
  const assigned = literalOf(columns, (column) => column.generated === undefined)
  return compile(table, bounds, [
    // Reading a column of a text or number would read it from the prototype.
    "if (typeof row !== 'object' || !isPlainObject(row)) return undefined",
    `let known = ${columns.length}`,
    ...columns.flatMap(encodeColumn),
    // Another number of keys: an unknown column, or one that is inherited or hidden.
    'if (keys(row).length !== known) return undefined',
    `const stored = ${generated === -1 ? whole : `v${generated} === undefined ? ${assigned} : ${whole}`}`,
    `return ${isShortKey(table, bounds, 'stored')} ? stored : undefined`,
  ])
}

function compile(
  { columns }: TableDefinition,
  bounds: ValueLimits,
  statements: readonly string[],
): FastRowEncoder | undefined {
  const values = {
    isPlainObject,
    keys: Object.keys,
    encode: columns.map(({ type }) => encoderOf(type, bounds.maxValueBytes)),
    absent: columns.map((column) => (now: number | undefined) => defaultOf(column, now)),
  }
  // Each function gets a variable of its own: a call through an array is slower.
  const variables = columns.map(
    (_, index) => `encode${index} = encode[${index}], absent${index} = absent[${index}]`,
  )
  const text = [
    `const { isPlainObject, keys, encode, absent } = values, ${variables.join(', ')}`,
    `return (row, now) => {`,
    ...statements,
    '}',
  ]
  try {
    // eslint-disable-next-line @typescript-eslint/no-implied-eval -- what is in the text is said above
    const make = new Function('values', text.join('\n')) as (of: typeof values) => FastRowEncoder
    return make(values)
  } catch (error) {
    if (error instanceof EvalError) return undefined
    throw error
  }
}

function encodeColumn(column: ColumnDefinition, index: number): readonly string[] {
  const name = JSON.stringify(column.name)
  const value = `v${index}`
  const encode = `if ((${value} = encode${index}(${value})) === undefined) return undefined`
  const read = `let ${value} = row[${name}]`
  if (!mayBeAbsent(column)) return [read, encode]
  return [
    read,
    `if (${value} === undefined) { if (!(${name} in row)) known--; ${value} = absent${index}(now) }`,
    column.nullable ? `else if (${value} !== null) { ${encode} }` : `else { ${encode} }`,
    column.version ? `${value} = 1` : '',
  ]
}

function mayBeAbsent({ nullable, default: given, generated, version }: ColumnDefinition): boolean {
  return nullable || given !== undefined || generated !== undefined || version !== undefined
}

function literalOf(
  columns: readonly ColumnDefinition[],
  isPart: (column: ColumnDefinition) => boolean,
): string {
  const members = columns.flatMap((column, index) =>
    isPart(column) ? [`${JSON.stringify(column.name)}: v${index}`] : [],
  )
  return `{ ${members.join(', ')} }`
}

/** Whether the key of a stored row is surely short enough. @param row the name of its variable */
export function isShortKey(table: TableDefinition, bounds: ValueLimits, row: string): string {
  const room = keyRoom(table, bounds)
  if (room === undefined) return 'true'
  const lengths = room.names.map((name) => `${row}[${JSON.stringify(name)}].length`)
  return `${['0', ...lengths].join(' + ')} <= ${room.length}`
}

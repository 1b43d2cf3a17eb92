import { generateFunction } from '../backend/generate-function.js'
import { storedCheckOf } from './codecs.js'
import { defaultOf } from './defaults.js'
import type { ValueLimits } from './limits.js'
import { isShortKey } from './row-code.js'
import type { ColumnDefinition, StoredRow, TableDefinition } from './types.js'

/**
 * Makes of a row in the stored form, in place, what the encoder would make of the same row in the user's form: what is absent
 * becomes the default, the version becomes 1. False for a row in which anything is not as it must be, or might not be.
 */
export type StoredRowCompleter = (row: StoredRow, now: number) => boolean

/** Undefined where the process forbids code from text: as with the row encoder, only names and numbers are in the text. */
export function compileStoredRowCompleter(
  table: TableDefinition,
  bounds: ValueLimits,
): StoredRowCompleter | undefined {
  const { columns } = table
  const lines = [
    `let value, known = ${columns.length}`,
    ...columns.map(completeColumn),
    'if (keys(row).length !== known) return false',
    `return ${isShortKey(table, bounds, 'row')}`,
  ]
  const values = columns.flatMap((column, index) => [
    [`is${index}`, storedCheckOf(column.type, bounds.maxValueBytes)] as const,
    [`absent${index}`, (now: number) => defaultOf(column, now)] as const,
  ])
  return generateFunction<StoredRowCompleter>(['row', 'now'], lines.join('\n'), {
    keys: Object.keys,
    ...Object.fromEntries(values),
  })
}

function completeColumn(column: ColumnDefinition, index: number): string {
  const { nullable, default: given, generated, version } = column
  const name = JSON.stringify(column.name)
  const refuse = `if (${nullable ? 'value !== null && ' : ''}!is${index}(value)) return false`
  const read = `value = row[${name}]`
  if (version) return `if ((${read}) !== undefined) { ${refuse} } row[${name}] = 1`
  if (generated !== undefined)
    return `if ((${read}) !== undefined) { ${refuse} } else if (!(${name} in row)) known--`
  if (!nullable && given === undefined) return `${read}; ${refuse}`
  return `if ((${read}) === undefined) row[${name}] = absent${index}(now); else ${refuse}`
}

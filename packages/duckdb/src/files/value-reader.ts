import type { ColumnDefinition } from '@holdfast/core/backend'
import { quoteIdentifier as quote } from '@holdfast/sql'

/** How the raw value of a column in a file becomes one of ours, as SQL. */
export interface ValueReader {
  /** The value, or null where there is none; it need not be right yet. */
  convert(raw: string): string
  /**
   * Whether the raw value spells this converted value, and this is one of the type. Null counts as false. Absent where
   * every value is right.
   */
  isValid?(raw: string, value: string): string
  /** Whether a raw value that is not right would be, were it smaller (TYPE-9, TYPE-10). Absent where none can be too large. */
  isTooLarge?(raw: string, value: string): string
  /** What is read, where it is not just the converted value. */
  finish?(value: string): string
}

export interface ReadColumn {
  readonly column: ColumnDefinition
  /** The column in what the file is read as. */
  readonly source: string
  readonly reader: ValueReader
}

/** What stands in statements that refuse values of files. */
export const fileMark = "error('holdfast file')"

/** The rows of a file, checked: as a subquery. Converted values are computed once, for they are used up to three times. */
export function checkedRows(from: string, columns: readonly ReadColumn[]): string {
  const outputs = columns.map(({ column, reader }, index) => {
    const { raw, value, isRight } = namesOf(index, reader)
    const read = reader.finish?.(value) ?? value
    const nulls = column.nullable ? `WHEN ${raw} IS NULL THEN NULL ` : ''
    // DuckDB sees what it may skip of a file only where a column is nothing but itself.
    const plain = column.nullable && reader.isValid === undefined
    const output = plain ? read : `CASE ${nulls}WHEN ${isRight} THEN ${read} ELSE ${fileMark} END`
    return `${output} AS ${quote(column.name)}`
  })
  return `(SELECT ${outputs.join(', ')} FROM ${convertedRows(from, columns)})`
}

/** The first row that is refused, counted from 0, the place of the column among these, and whether its value is too large. */
export function firstRefusal(from: string, columns: readonly ReadColumn[]): string {
  const tests = columns.map(({ column, reader }, index) => {
    const { raw, isRight } = namesOf(index, reader)
    const missing = column.nullable ? `${raw} IS NOT NULL AND ` : ''
    return `WHEN ${missing}coalesce(${isRight}, false) = false THEN ${index}`
  })
  const sizes = columns.flatMap(({ reader }, index) => {
    const { raw, value } = namesOf(index, reader)
    return reader.isTooLarge === undefined ? [] : [`WHEN ${index} THEN ${reader.isTooLarge(raw, value)}`]
  })
  const isTooLarge = sizes.length === 0 ? 'false' : `coalesce(CASE "column" ${sizes.join(' ')} END, false)`
  const judged = `SELECT *, row_number() OVER () - 1 AS row, CASE ${tests.join(' ')} END AS "column" FROM ${convertedRows(from, columns)}`
  const first = `SELECT * FROM (${judged}) WHERE "column" IS NOT NULL ORDER BY row LIMIT 1`
  return `SELECT row, "column", ${isTooLarge} AS "isTooLarge" FROM (${first})`
}

function convertedRows(from: string, columns: readonly ReadColumn[]): string {
  const converted = columns.flatMap(({ source, reader }, index) => {
    const { raw, value } = namesOf(index, reader)
    return [`${source} AS ${raw}`, `${reader.convert(source)} AS ${value}`]
  })
  return `(SELECT ${converted.join(', ')} FROM ${from})`
}

function namesOf(index: number, reader: ValueReader) {
  const [raw, value] = [quote(`raw ${index}`), quote(`value ${index}`)]
  return { raw, value, isRight: reader.isValid?.(raw, value) ?? `${value} IS NOT NULL` }
}

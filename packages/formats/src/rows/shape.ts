import { didYouMean } from '@holdfast/core/backend'
import type { ColumnDefinition, TableDefinition } from '@holdfast/core/backend'
import { pathOf, shown } from '../errors.js'
import type { Problem } from '../errors.js'
import type { ForColumns, ForTable, NamedColumn } from '../types.js'
import type { Table } from '@holdfast/core'

/** What rows are to be read, as the caller has stated it. */
export interface Shape {
  readonly columns: readonly NamedColumn[]
  /** The table into which the rows are to be inserted. */
  readonly table: TableDefinition | undefined
}

export function shapeOf({ table, columns }: ForTable<Table> | ForColumns): Shape {
  return table === undefined
    ? { columns, table: undefined }
    : { columns: table.definition.columns, table: table.definition }
}

/** A column that is read, and where it stands in a record. */
export interface PlacedColumn {
  readonly column: NamedColumn
  readonly place: number
}

/** Which columns of a file are read, in the order of the caller's; or why the file does not fit (FILE-3). */
export function placeColumns(shape: Shape, names: readonly string[]): readonly PlacedColumn[] | Problem {
  const places = new Map(names.map((name, place) => [name, place]))
  const twice = names.find((name, place) => places.get(name) !== place)
  if (names.includes('')) return invalid('the header has a column without a name')
  if (twice !== undefined) return invalid(`the header has the column ${shown(twice)} twice`)
  const stranger = names.map((name) => strangerProblem(shape, name)).find((problem) => problem !== undefined)
  if (stranger !== undefined) return stranger
  const missing = shape.columns.filter(({ name }) => !places.has(name) && !mayLack(shape, name))
  if (missing.length > 0) return lackProblem(shape, missing)
  return shape.columns.flatMap((column) => {
    const place = places.get(column.name)
    return place === undefined ? [] : [{ column, place }]
  })
}

function invalid(message: string): Problem {
  return { code: 'INVALID_DATA', message: `${message}. State header: false if the first line is data.` }
}

/** Why a file that has a column of this name cannot be read; undefined if it can. */
export function strangerProblem({ columns, table }: Shape, name: string): Problem | undefined {
  if (table === undefined || columns.some((column) => column.name === name)) return undefined
  const hint = didYouMean(
    name,
    columns.map((column) => column.name),
  )
  return {
    code: 'UNKNOWN_COLUMN',
    message: `there is a column ${shown(name)}, which the table "${table.name}" does not have${hint}`,
    details: { table: table.name },
  }
}

/** Whether rows without this column can be used. */
export function mayLack({ table }: Shape, name: string): boolean {
  const column = table?.columns.find((candidate) => candidate.name === name)
  return column !== undefined && isGiven(column)
}

function isGiven(column: ColumnDefinition): boolean {
  const isMade = column.default !== undefined || column.generated !== undefined || column.version === true
  return isMade || column.nullable
}

function lackProblem({ table }: Shape, missing: readonly NamedColumn[]): Problem {
  const names = missing.map(({ name }) => shown(name)).join(', ')
  const needs = table === undefined ? 'what was asked for' : `what the table "${table.name}" needs`
  return {
    code: 'SCHEMA_MISMATCH',
    message: `${needs} is missing: ${names}`,
    details: { column: missing[0]!.name, ...(table && { table: table.name }) },
  }
}

/** The problem of a row without a column that it needs. */
export function missingProblem({ table }: Shape, name: string, row: number, line: number): Problem {
  const path = pathOf(row, name)
  return {
    code: table === undefined ? 'INVALID_DATA' : 'INVALID_VALUE',
    message: `${path} is missing: the column is not nullable${table === undefined ? '' : ' and has no default'}`,
    line,
    details: { column: name, path, ...(table && { table: table.name }) },
  }
}

/** The problem of a null where there may be none. It is the table's rule, or that of what was asked for. */
export function nullProblem({ table }: Shape, name: string, row: number, line?: number): Problem {
  const path = pathOf(row, name)
  return {
    code: table === undefined ? 'INVALID_DATA' : 'INVALID_VALUE',
    message: `${path} is null, and the column is not nullable`,
    ...(line !== undefined && { line }),
    details: { column: name, path, ...(table && { table: table.name }) },
  }
}

/** The problem of a value that is none of its column's type, or larger than one may be (TYPE-10). */
export function valueProblem(
  { table }: Shape,
  { name, type }: NamedColumn,
  row: number,
  line: number,
  isTooLarge: boolean,
): Problem {
  const path = pathOf(row, name)
  return {
    code: isTooLarge ? 'LIMIT_EXCEEDED' : 'INVALID_DATA',
    message: isTooLarge
      ? `${path} is larger than a ${type.name} value may be`
      : `${path} is not a value of the type ${type.name}`,
    line,
    details: { column: name, path, ...(table && { table: table.name }) },
  }
}

export function notUtf8(line: number): Problem {
  return {
    code: 'INVALID_DATA',
    message: 'this is not in UTF-8. Convert it first, for example with iconv',
    line,
  }
}

export function tooLong(line: number, largest: number): Problem {
  return { code: 'LIMIT_EXCEEDED', message: `a record is longer than ${largest >> 20} MiB`, line }
}

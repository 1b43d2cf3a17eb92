import type { Measure } from './measures.ts'
import { geometricMean, penalty, ratioOf } from './ratios.ts'
import type { Cell, Column, Line, Table } from './table.ts'

export interface Comparison {
  /** With the best of the columns, or each with its engine's bare driver. */
  readonly baseline: 'best' | 'bare'
  readonly measure: Measure
  /** Whether a missing figure counts, as `penalty` says; else it is left out of the mean. */
  readonly countMissing: boolean
}

/** A cell beside what it is compared with. */
export interface Compared {
  readonly cell: Cell
  /** Absent where there is nothing to compare with, or nothing that counts. */
  readonly ratio?: number
}

export interface Summary {
  readonly column: Column
  /** Of the ratios that count; undefined where none does. */
  readonly mean: number | undefined
  /** How many ratios are in the mean, penalties included. */
  readonly counted: number
  /** Steps that the arm was asked to do and has no figure for. */
  readonly missing: number
  /** Steps in which no column is better. */
  readonly best: number
}

/** The ratios of one step. Columns that were not asked to do it are not in the answer. */
export function compareLine(
  table: Table,
  line: Line,
  columns: readonly Column[],
  { baseline, measure, countMissing }: Comparison,
): ReadonlyMap<Column, Compared> {
  const cells = columns.flatMap((column) => table.cell(line, column) ?? [])
  const totals = cells.map((cell) => totalOf(cell, measure)).filter((total) => total != null)
  const shift = baseline === 'best' ? measure.shift : 0
  const best = totals.reduce((least, total) => Math.min(least, total), Infinity)
  return new Map(
    cells.map((cell) => {
      const base = baseline === 'best' ? best : bareTotal(table, line, cell.column.engine, measure)
      const total = totalOf(cell, measure) ?? (countMissing ? missingTotal(cell, totals, measure) : undefined)
      const ratio = total == null ? NaN : ratioOf(total, base, shift)
      return [cell.column, Number.isFinite(ratio) && ratio > 0 ? { cell, ratio } : { cell }]
    }),
  )
}

/** One summary for each column, over all lines, the best first and those without a mean last. */
export function summarize(
  table: Table,
  lines: readonly Line[],
  columns: readonly Column[],
  comparison: Comparison,
): readonly Summary[] {
  const { measure } = comparison
  const compared = lines.map((line) => compareLine(table, line, columns, comparison))
  const winners = lines.map((line) => leastTotal(table, line, columns, measure))
  return columns
    .map((column) => {
      const mine = compared.flatMap((line) => line.get(column) ?? [])
      const ratios = mine.flatMap(({ ratio }) => ratio ?? [])
      return {
        column,
        mean: geometricMean(ratios),
        counted: ratios.length,
        missing: mine.filter(({ cell }) => !cell.figures).length,
        best: lines.filter((line, index) => totalOf(table.cell(line, column), measure) === winners[index])
          .length,
      }
    })
    .sort((left, right) => (left.mean ?? Number.MAX_VALUE) - (right.mean ?? Number.MAX_VALUE))
}

/** The figure of the engine's bare driver; that of its best where it has several. Infinity where there is none. */
export function bareTotal(table: Table, line: Line, engine: string, measure: Measure): number {
  const bare = table.columns.filter((column) => column.engine === engine && column.kind === 'bare')
  return leastTotal(table, line, bare, measure)
}

function leastTotal(table: Table, line: Line, columns: readonly Column[], measure: Measure): number {
  return columns
    .map((column) => totalOf(table.cell(line, column), measure))
    .reduce<number>((least, total) => Math.min(least, total ?? Infinity), Infinity)
}

function totalOf(cell: Cell | undefined, measure: Measure): number | null {
  return cell?.figures ? measure.total(cell.figures) : null
}

/** An arm that has a right answer but no such figure is not missing: in memory there is no size on disk. */
function missingTotal(cell: Cell, totals: readonly number[], measure: Measure): number | undefined {
  return cell.figures || totals.length === 0 ? undefined : penalty(totals, measure.missing)
}

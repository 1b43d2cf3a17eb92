import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { EngineRecord } from '../../contract/record.ts'
import { plainNames, records } from '../test/records.ts'
import { compareLine, summarize } from './compare.ts'
import { measures, median } from './measures.ts'
import type { Measure } from './measures.ts'
import { tableOf } from './table.ts'

/** The rules as they are written on the page, told from the records alone. */
function naive(
  all: readonly EngineRecord[],
  key: string,
  engine: string,
  arm: string,
  { baseline, measure, countMissing }: { baseline: string; measure: Measure; countMissing: boolean },
): number | undefined {
  const times: number[] = []
  const bare: number[] = []
  for (const record of all)
    for (const [name, figures] of Object.entries(record.cells[key] ?? {})) {
      const total = figures && measure.total(figures)
      if (total === null) continue
      times.push(total)
      if (record.engine === engine && record.kinds[name] === 'bare') bare.push(total)
    }
  const figures = all.find((record) => record.engine === engine)?.cells[key]?.[arm]
  if (figures === undefined || times.length === 0) return undefined
  const mine = figures === null ? undefined : measure.total(figures)
  if (mine === null || (mine === undefined && !countMissing)) return undefined
  const total = mine ?? 2 * Math.max(...times, measure.missing)
  if (baseline === 'best') return (total + 1) / (Math.min(...times) + 1)
  return bare.length === 0 ? undefined : total / Math.min(...bare)
}

const comparison = fc.record({
  baseline: fc.constantFrom('best' as const, 'bare' as const),
  measure: fc.constantFrom(...measures),
  countMissing: fc.boolean(),
})

describe('the comparison', () => {
  it('has the ratio of every cell, and its geometric mean, as the rules say', () => {
    fc.assert(
      fc.property(records(plainNames), comparison, (all, chosen) => {
        const table = tableOf(all, [])
        for (const { column, mean, counted, missing } of summarize(
          table,
          table.lines,
          table.columns,
          chosen,
        )) {
          const expected = table.lines.map((line) => {
            const ratio = compareLine(table, line, table.columns, chosen).get(column)?.ratio
            const wanted = naive(all, line.key, column.engine, column.arm, chosen)
            if (wanted === undefined) expect(ratio).toBeUndefined()
            else expect(ratio).toBeCloseTo(wanted, 9)
            return wanted
          })
          const present = expected.filter((ratio) => ratio !== undefined)
          expect(counted).toBe(present.length)
          expect(missing).toBe(
            table.lines.filter(({ key }) => column.record.cells[key]?.[column.arm] === null).length,
          )
          if (present.length === 0) expect(mean).toBeUndefined()
          else {
            const sum = present.reduce((logs, ratio) => logs + Math.log2(ratio), 0)
            expect(Math.log2(mean ?? NaN)).toBeCloseTo(sum / present.length, 9)
          }
        }
      }),
    )
  })

  it('never makes an arm better for what it misses', () => {
    fc.assert(
      fc.property(records(plainNames), fc.constantFrom('best' as const, 'bare' as const), (all, baseline) => {
        const table = tableOf(all, [])
        for (const line of table.lines) {
          const compared = [
            ...compareLine(table, line, table.columns, {
              baseline,
              measure: median,
              countMissing: true,
            }).values(),
          ]
          for (const { cell, ratio } of compared)
            if (!cell.figures && ratio !== undefined)
              for (const other of compared)
                if (other.cell.figures && other.cell.column.engine === cell.column.engine)
                  expect(ratio).toBeGreaterThan(other.ratio ?? 0)
        }
      }),
    )
  })
})

describe('the table', () => {
  it('holds every cell of every record, with the reason of each that has no figures', () => {
    fc.assert(
      fc.property(records(plainNames), (all) => {
        const table = tableOf(all, [])
        const cells = table.lines.flatMap((line) =>
          table.columns.flatMap((column) => table.cell(line, column) ?? []),
        )
        expect(cells.length).toBe(
          all.flatMap((record) => Object.values(record.cells).flatMap((arms) => Object.keys(arms))).length,
        )
        for (const cell of cells)
          if (!cell.figures)
            expect(cell.reason).toBe(cell.column.record.reasons[`${cell.line.key}/${cell.column.arm}`])
      }),
    )
  })
})

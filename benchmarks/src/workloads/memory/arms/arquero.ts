/** Arquero, whose tables are columns that never change, with expressions as its guide writes them. */

import { desc, from, op, type ColumnTable } from 'arquero'
import type { Setting } from '../../../contract/arm.ts'
import { salesUpTo, type Sale } from '../../../data/sales.ts'
import type { MemorySession } from '../session.ts'

export function openArquero({ rows, seed, loaded }: Setting): MemorySession {
  let sales: ColumnTable = from(loaded ? [...salesUpTo(rows, seed)] : [])
  return {
    insert: () => lacking('insert'),
    getEach: () => lacking('get'),
    filter: (end) =>
      withParameters(sales, { end })
        .filter((sale: Sale, given: { end: number }) => sale.customer < given.end)
        .orderby('id')
        .objects(),
    groupByCategory: () =>
      sales
        .groupby('category')
        .rollup({ orders: op.count(), revenue: op.sum('revenue'), mean: op.mean('revenue') })
        .orderby('category')
        .objects(),
    top: () => sales.orderby(desc('revenue'), 'id').slice(0, 10).objects(),
    count: () => sales.numRows(),

    all: () => sales.objects() as Sale[],
    remove(first) {
      sales = withParameters(sales, { first })
        .filter((sale: Sale, given: { first: number }) => sale.id < given.first)
        .reify()
    },
  }
}

/** Its types say that this may also be the parameters that the table has. */
const withParameters = (table: ColumnTable, parameters: object) => table.params(parameters) as ColumnTable

function lacking(step: string): never {
  throw new Error(`Arquero has no way to do the step ${step}.`)
}

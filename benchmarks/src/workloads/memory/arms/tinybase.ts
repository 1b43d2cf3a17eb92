/** TinyBase: rows by the text of their ids, written in one transaction, asked by its queries, which group as well. */

import { createQueries, createStore, type Row } from 'tinybase'
import type { Setting } from '../../../contract/arm.ts'
import { salesUpTo, type Sale } from '../../../data/sales.ts'
import type { MemorySession } from '../session.ts'

const table = 'sales'
const query = 'query'

export function openTinybase({ rows, seed, loaded }: Setting): MemorySession {
  const store = createStore()
  const queries = createQueries(store)
  const insert = (given: Iterable<Sale>) =>
    store.transaction(() => {
      for (const sale of given) {
        const key = String(sale.id)
        if (store.hasRow(table, key)) throw new Error(`The id ${sale.id} is there already.`)
        store.setRow(table, key, { ...sale, at: sale.at.getTime() })
      }
    })
  if (loaded) insert(salesUpTo(rows, seed))
  return {
    insert: (given) => insert(given),
    getEach: (ids) => ids.map((id) => store.getRow(table, String(id))),
    filter(end) {
      queries.setQueryDefinition(query, table, ({ select, where }) => {
        for (const name of names) select(name)
        where((cellOf) => (cellOf('customer') as number) < end)
      })
      const keys = queries.getResultSortedRowIds(query, 'id')
      const found = keys.map((key) => queries.getResultRow(query, key))
      queries.delQueryDefinition(query)
      return found
    },
    groupByCategory() {
      queries.setQueryDefinition(query, table, ({ select, group }) => {
        select('category')
        select('revenue')
        select('revenue').as('counted')
        select('revenue').as('averaged')
        group('counted', 'count').as('orders')
        group('revenue', 'sum')
        group('averaged', 'avg').as('mean')
      })
      const keys = queries.getResultSortedRowIds(query, 'category')
      const found = keys.map((key) => queries.getResultRow(query, key))
      queries.delQueryDefinition(query)
      return found
    },
    top() {
      throw new Error('TinyBase has no way to sort by a second cell.')
    },
    count: () => store.getRowCount(table),

    sale: saleOf,
    *all() {
      for (const key of store.getSortedRowIds(table, 'id')) yield saleOf(store.getRow(table, key))
    },
    remove(first) {
      store.transaction(() => {
        for (const key of store.getRowIds(table)) if (Number(key) >= first) store.delRow(table, key)
      })
    },
  }
}

const names = ['id', 'customer', 'category', 'quantity', 'revenue', 'paid', 'at', 'note'] as const

/** Its cells hold no dates. */
function saleOf(row: unknown): Sale {
  const sale = row as Row
  return { ...(sale as unknown as Sale), at: new Date(sale['at'] as number) }
}

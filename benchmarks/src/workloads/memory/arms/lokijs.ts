/** LokiJS with a unique index of the ids; it clones rows on their way in and out, as its guide advises for what may be changed. */

import Loki from 'lokijs'
import type { Setting } from '../../../contract/arm.ts'
import { salesUpTo, type Sale } from '../../../data/sales.ts'
import type { MemorySession } from '../session.ts'

export function openLoki({ rows, seed, loaded }: Setting): MemorySession {
  const sales = new Loki('sales', { adapter: new Loki.LokiMemoryAdapter() }).addCollection<Sale>('sales', {
    unique: ['id'],
    clone: true,
    cloneMethod: 'shallow',
    disableMeta: true,
  })
  if (loaded) sales.insert([...salesUpTo(rows, seed)])
  return {
    insert: (given) => void sales.insert([...given]),
    getEach: (ids) => ids.map((id) => sales.by('id', id)),
    filter: (end) =>
      sales
        .chain()
        .find({ customer: { $lt: end } })
        .simplesort('id')
        .data(),
    groupByCategory: () =>
      sales.mapReduce(({ category, revenue }) => ({ category, revenue }), groupedByCategory),
    top: () =>
      sales
        .chain()
        .compoundsort([
          ['revenue', true],
          ['id', false],
        ])
        .limit(10)
        .data(),
    count: () => sales.count(),

    sale: withoutKey,
    *all() {
      for (const row of sales.chain().simplesort('id').data()) yield withoutKey(row)
    },
    remove(first) {
      if (first === 0) sales.clear()
      else sales.findAndRemove({ id: { $gte: first } })
    },
  }
}

interface Revenue {
  readonly category: string
  readonly revenue: number
}

/** It leaves all of it to the function that it is given. */
function groupedByCategory(rows: readonly Revenue[]) {
  const groups = new Map<string, { category: string; orders: number; revenue: number }>()
  for (const { category, revenue } of rows) {
    const group = groups.get(category)
    if (group === undefined) groups.set(category, { category, orders: 1, revenue })
    else {
      group.orders += 1
      group.revenue += revenue
    }
  }
  return [...groups.values()]
    .toSorted((left, right) => (left.category < right.category ? -1 : 1))
    .map((group) => ({ ...group, mean: group.revenue / group.orders }))
}

/** It gives each row a number of its own. */
function withoutKey(row: unknown): Sale {
  const { $loki: _key, ...sale } = row as LokiObj & Sale
  return sale
}

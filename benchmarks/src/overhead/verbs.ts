import assert from 'node:assert/strict'
import { avg, count, sum } from '@holdfast/core'
import type { Arena, Counts, Rival, Verb } from './arena.ts'
import { orders, ordersFrom, type Order } from './data.ts'
import type { Cell } from './measure.ts'

/** Orders in the table while verbs are measured. */
export const size = 100_000

const atOnce = 64

/** An id far from the one before it. */
const scattered = (index: number) => (index * 7919) % size

function idsOf(length: number, id: (index: number) => number): number[] {
  return Array.from({ length }, (_, index) => id(index))
}

/** Each verb of the public API against the same work by a rival. */
export function cellsOf({ database, counts, settle }: Arena, rival: Rival): Cell[] {
  const { bare, targets, label, verbs } = rival
  const table = database.table(orders)
  const given = givenTo(counts)
  let quantity = 0

  const clear = async () => {
    await bare.clear(size)
    await table.where((row) => row.id.ge(size)).delete()
    await settle()
  }
  const sameOrders = (theirs: unknown, ours: unknown) => {
    assert.deepEqual(withoutQuantity(ours as Order[]), withoutQuantity((theirs as never[]).map(bare.order)))
  }

  const cells: Readonly<Record<Verb, Omit<Cell, 'name' | 'target'>>> = {
    'point read by key': {
      operations: counts.reads,
      bare: () => bare.readEach(given.reads),
      async holdfast() {
        let row: Order | undefined
        for (const id of given.reads) row = await table.get(id)
        return [row]
      },
      check: sameOrders,
    },
    'point reads, 64 at once': {
      operations: counts.reads,
      bare: () => bare.readEach(given.reads),
      async holdfast() {
        let rows: (Order | undefined)[] = []
        for (const ids of partsOf(given.reads)) rows = await Promise.all(ids.map((id) => table.get(id)))
        return rows.slice(-1)
      },
      check: sameOrders,
    },
    'many keys (1,000)': {
      operations: counts.lists,
      bare: () => bare.readMany(given.list, counts.lists),
      async holdfast() {
        let rows: (Order | undefined)[] = []
        for (let time = 0; time < counts.lists; time++) rows = await table.getMany(given.list)
        return rows
      },
      check: (theirs, ours) => sameOrders(byId(theirs as Order[]), byId(ours as Order[])),
    },
    'insert, autocommit': {
      operations: counts.inserts,
      bare: () => bare.insertEach(given.inserts),
      async holdfast() {
        for (const row of given.inserts) await table.insert(row)
      },
      reset: clear,
    },
    'inserts, 64 at once': {
      operations: counts.inserts,
      bare: () => bare.insertEach(given.inserts),
      async holdfast() {
        for (const rows of partsOf(given.inserts)) await Promise.all(rows.map((row) => table.insert(row)))
      },
      reset: clear,
    },
    'update by key': {
      operations: counts.updates,
      bare: () => bare.updateEach(given.updates, ++quantity),
      async holdfast() {
        quantity++
        for (const id of given.updates) await table.patch(id, { quantity })
      },
    },
    '1,000-row batch, one transaction': {
      operations: 1,
      bare: () => bare.insertAll(given.batch),
      holdfast: () => table.insert(given.batch),
      reset: clear,
    },
    '100,000-row bulk insert': {
      operations: 1,
      bare: () => bare.insertAll(given.bulk),
      holdfast: () => table.insert(given.bulk),
      reset: clear,
    },
    'filter returning 1,000 rows': {
      operations: counts.windows,
      bare: () => bare.readWindows(given.windows, windowLength),
      async holdfast() {
        let rows: Order[] = []
        for (const start of given.windows) {
          rows = await table.where((row) => row.id.ge(start).and(row.id.lt(start + windowLength))).all()
        }
        return rows
      },
      check: sameOrders,
    },
    'group-by aggregate over the table': {
      operations: counts.groups,
      bare: () => bare.group(counts.groups),
      async holdfast() {
        let rows: object[] = []
        for (let time = 0; time < counts.groups; time++) {
          rows = await table
            .groupBy((row) => ({ category: row.category }))
            .select((row) => ({
              category: row.category,
              orders: count(),
              revenue: sum(row.revenue),
              price: avg(row.price),
            }))
            .all()
        }
        return rows
      },
      check(theirs, ours) {
        const counted = (theirs as { orders: unknown }[]).map((row) => ({
          ...row,
          orders: Number(row.orders),
        }))
        assert.deepEqual(ours, counted)
      },
    },
    'stream of 100,000 rows': {
      operations: 1,
      bare: () => bare.stream(),
      async holdfast() {
        let total = 0
        for await (const row of table.stream()) total += row.id
        return total
      },
      check: (theirs, ours) => assert.equal(ours, theirs),
    },
  }

  return (verbs ?? (Object.keys(cells) as Verb[])).map((verb) => ({
    ...cells[verb],
    name: label === undefined ? verb : `${verb}, ${label}`,
    target: targets[verb],
  }))
}

const windowLength = 1000

/** Made when it is needed: the garbage collector would have to go through it all the time. */
let bulk: Order[] | undefined

function givenTo({ reads, inserts, updates, windows }: Counts) {
  return {
    reads: idsOf(reads, scattered),
    list: idsOf(1000, scattered),
    updates: idsOf(updates, (index) => index * 199),
    windows: idsOf(windows, (index) => (index * windowLength) % size),
    inserts: ordersFrom(size, inserts),
    batch: ordersFrom(size, 1000),
    get bulk() {
      return (bulk ??= ordersFrom(size, 100_000))
    },
  }
}

function partsOf<Item>(items: readonly Item[]): Item[][] {
  const parts: Item[][] = []
  for (let start = 0; start < items.length; start += atOnce) parts.push(items.slice(start, start + atOnce))
  return parts
}

/** Updates give the arms different quantities. */
function withoutQuantity(rows: readonly Order[]): object[] {
  return rows.map((row) => ({ ...row, quantity: 0 }))
}

function byId<Row extends { readonly id: unknown }>(rows: readonly Row[]): Row[] {
  return rows.toSorted((left, right) => Number(left.id) - Number(right.id))
}

import { sqlite } from '@holdfast/sqlite'
import SQLite from 'better-sqlite3'
import type { Engine } from './engine.ts'
import { inNewFolder } from './folder.ts'
import type { Sale } from './sales.ts'
import { tally } from './tally.ts'

const rowsOfStatement = 32
const width = 8

export const engine: Engine = {
  prepare: () => inNewFolder('sales.db'),
  backend: (path) => sqlite({ path, journalMode: 'wal', synchronous: 'full' }),
  async loadByHand(path, rows) {
    const driver = new SQLite(path)
    driver.pragma('synchronous = FULL')
    const row = `(${Array.from({ length: width }, () => '?').join()})`
    const insert = (count: number) =>
      driver.prepare(`insert into sales values ${Array.from({ length: count }, () => row).join()}`)
    const many = insert(rowsOfStatement)
    const one = insert(1)
    driver.exec('begin')
    const values: unknown[] = []
    for (const sale of rows) {
      put(sale, values)
      if (values.length < rowsOfStatement * width) continue
      many.run(...values)
      values.length = 0
    }
    for (let start = 0; start < values.length; start += width) one.run(...values.slice(start, start + width))
    driver.exec('commit')
    driver.close()
    return undefined
  },
  async readByHand(path) {
    const driver = new SQLite(path)
    const rows = driver.prepare<[], StoredSale>('select * from sales order by id')
    let total = 0
    for (const { id, quantity, note } of rows.iterate()) total += tally(id, quantity, note)
    driver.close()
    return total
  },
}

interface StoredSale {
  readonly id: number
  readonly quantity: number
  readonly note: string | null
}

function put({ id, at, category, product, quantity, revenue, paid, note }: Sale, values: unknown[]): void {
  values.push(id, at.getTime(), category, product, quantity, revenue, paid ? 1 : 0, note)
}

import SQLite from 'better-sqlite3'
import type { Opened, Setting } from '../../../contract/arm.ts'
import { parseSales, type ParsedSale } from '../../../data/sales-csv.ts'
import { customersOf, salesUpTo, type Sale } from '../../../data/sales.ts'
import { besideOf } from '../beside.ts'
import { aggregate, join, schema } from '../sql.ts'
import { tally, type SeedsSession } from '../session.ts'
import { SqliteWorkers } from './sqlite-client.ts'

const width = 8
const rowsOfStatement = 32
const readAll = 'select * from sales order by id'
const readOne = 'select * from sales where id = ?'

export function openSqlite(path: string, { rows, seed, loaded }: Setting): Opened<SeedsSession> {
  const driver = openDriver(path)
  for (const text of schema.sqlite) driver.exec(text)
  const insertCustomer = driver.prepare('insert into customers values (?, ?, ?)')
  driver.transaction(() => {
    for (const { id, name, region } of customersOf(rows)) insertCustomer.run(id, name, region)
  })()
  const writer = writerOf(driver)
  const workers = new SqliteWorkers(path)
  const settle = () => void driver.pragma('wal_checkpoint(truncate)')
  if (loaded) writer.write(salesUpTo(rows, seed))
  settle()
  return {
    session: sessionOf(driver, writer, workers, settle),
    settle,
    explain: async (step) => explanations[step],
    async close() {
      await workers.end()
      driver.close()
    },
  }
}

export function openDriver(path: string): SQLite.Database {
  const driver = new SQLite(path)
  driver.pragma('journal_mode = WAL')
  driver.pragma('synchronous = FULL')
  return driver
}

const explanations: Readonly<Record<string, { readonly sql: string }>> = {
  aggregate: { sql: aggregate },
  join: { sql: join },
  read: { sql: readAll },
  batches: { sql: readAll },
  beside: { sql: readOne },
}

function sessionOf(
  driver: SQLite.Database,
  writer: Writer,
  workers: SqliteWorkers,
  settle: () => void,
): SeedsSession {
  const all = driver.prepare<[], StoredSale>(readAll)
  const one = driver.prepare<[number], StoredSale>(readOne)
  return {
    load(file) {
      writer.load(file)
    },
    aggregate: () => driver.prepare(aggregate).all(),
    join: () => driver.prepare(join).all(),
    write(given) {
      writer.write(given)
    },
    read() {
      let total = 0
      for (const { id, quantity, note } of all.iterate()) total += tally(id, quantity, note)
      return total
    },
    beside(work) {
      const [writing, ...aggregating] = workers.some(1 + work.aggregators)
      return besideOf(work, {
        read: (id) => one.get(id),
        aggregate: (reader) => aggregating[reader]!.ask<number>({ aggregate }),
        write: (rows) => writing!.ask({ write: rows }),
      })
    },
    describe: () => ({
      columns: (driver.pragma('table_info(sales)') as { name: string }[]).map(({ name }) => name),
      count: driver.prepare('select count(*) from sales').pluck().get() as number,
      first: driver.prepare('select * from sales order by id limit 10').all(),
    }),

    sale: (row) => saleOf(row as StoredSale),
    all: () => allOf(all.iterate()),
    remove(first) {
      driver.prepare('delete from sales where id >= ?').run(first)
      settle()
    },
  }
}

interface Writer {
  /** Writes sales in one transaction. */
  write(sales: Iterable<Sale>): void
  /** Writes the sales of a CSV file in one transaction. */
  load(file: string): void
}

/** `insert` of 32 rows at a time, with values that are spread, is the fastest way into SQLite from JavaScript. */
export function writerOf(driver: SQLite.Database): Writer {
  const row = `(${Array.from({ length: width }, () => '?').join(', ')})`
  const insert = (count: number) =>
    driver.prepare(`insert into sales values ${Array.from({ length: count }, () => row).join(', ')}`)
  const many = insert(rowsOfStatement)
  const one = insert(1)
  const values: unknown[] = []

  const add = ({ id, customer, category, quantity, revenue, paid, note }: Sale | ParsedSale, at: number) => {
    values.push(id, customer, category, quantity, revenue, paid ? 1 : 0, at, note)
    if (values.length < rowsOfStatement * width) return
    many.run(...values)
    values.length = 0
  }
  const addRest = () => {
    for (let start = 0; start < values.length; start += width) one.run(...values.slice(start, start + width))
    values.length = 0
  }
  return {
    write: driver.transaction((sales: Iterable<Sale>) => {
      for (const sale of sales) add(sale, sale.at.getTime())
      addRest()
    }),
    load: driver.transaction((file: string) => {
      for (const part of parseSales(file)) for (const sale of part) add(sale, sale.at)
      addRest()
    }),
  }
}

interface StoredSale extends Omit<Sale, 'paid' | 'at'> {
  readonly paid: 0 | 1
  readonly at: number
}

function saleOf(row: StoredSale): Sale {
  return { ...row, paid: row.paid === 1, at: new Date(row.at) }
}

function* allOf(rows: Iterable<StoredSale>): Generator<Sale, void, void> {
  for (const row of rows) yield saleOf(row)
}

/** AlaSQL with statements that are compiled once, as its guide advises; many rows go in by `SELECT * FROM ?`. */

import alasql from 'alasql'
import type { Setting } from '../../../contract/arm.ts'
import { salesUpTo, type Sale } from '../../../data/sales.ts'
import type { MemorySession } from '../session.ts'

type Statement = (parameters: unknown[]) => unknown

/** Its types leave out what its guide tells. */
const compiler = alasql as unknown as { compile(text: string, database: string): Statement }

export function openAlasql({ rows, seed, loaded }: Setting): MemorySession {
  const database = new alasql.Database()
  database.exec(`create table sales (id int primary key, customer int, category string, quantity int, revenue number,
    paid boolean, at Date, note string)`)
  const compile = (text: string) => compiler.compile(text, database.databaseid)
  const insert = compile('insert into sales select * from ?')
  const get = compile('select * from sales where id = ?')
  const filter = compile('select * from sales where customer < ? order by id')
  const group = compile(`select category, count(*) as orders, sum(revenue) as revenue, avg(revenue) as mean
    from sales group by category order by category`)
  const top = compile('select top 10 * from sales order by revenue desc, id')
  const count = compile('select value count(*) from sales')
  const all = compile('select * from sales order by id')
  const remove = compile('delete from sales where id >= ?')
  if (loaded) insert([[...salesUpTo(rows, seed)]])
  return {
    insert: (given) => void insert([given]),
    getEach: (ids) => ids.map((id) => (get([id]) as Sale[])[0]),
    filter: (end) => filter([end]) as Sale[],
    groupByCategory: () => group([]) as object[],
    top: () => top([]) as Sale[],
    count: () => count([]) as number,

    all: () => all([]) as Sale[],
    remove: (first) => void remove([first]),
  }
}

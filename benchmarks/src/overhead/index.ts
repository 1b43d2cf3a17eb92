/**
 * The cost of Holdfast over the driver itself, in one run: `node --expose-gc src/overhead/index.ts sqlite|duckdb|postgres
 * [rounds [verb]]`. Prints one line for each verb with both times and their ratio; ends with 1 if an answer is wrong.
 */

import type { Arena } from './arena.ts'
import { orders, ordersFrom } from './data.ts'
import { measure } from './measure.ts'
import { header, line } from './print.ts'
import { cellsOf, size } from './verbs.ts'

const arenas: Readonly<Record<string, () => Promise<{ readonly openArena: () => Promise<Arena> }>>> = {
  sqlite: () => import('./sqlite.ts'),
  duckdb: () => import('./duckdb.ts'),
  postgres: () => import('./postgres.ts'),
}

const [engine = 'sqlite', given = '9', verb] = process.argv.slice(2)
const load = arenas[engine]
const rounds = Number(given)
if (load === undefined || !Number.isInteger(rounds) || rounds < 1) {
  console.error(
    `Say which engine, and perhaps how many rounds: overhead ${Object.keys(arenas).join('|')} [9]`,
  )
  process.exit(2)
}

const { openArena } = await load()
const arena = await openArena()
try {
  await prepare(arena)
  const cells = arena.rivals.flatMap((rival) => cellsOf(arena, rival))
  const chosen = cells.filter(({ name }) => verb === undefined || name.includes(verb))
  const width = Math.max(...chosen.map(({ name }) => name.length))
  console.log(header(width))
  for (const cell of chosen) console.log(line(await measure(cell, rounds), width))
} finally {
  await arena.close()
}

async function prepare({ database, rivals, settle }: Arena): Promise<void> {
  const rows = ordersFrom(0, size)
  await database.ensure(orders)
  await database.table(orders).insert(rows)
  const [{ bare }] = rivals
  await bare.insertAll(rows)
  await bare.clear(size)
  await settle()
}

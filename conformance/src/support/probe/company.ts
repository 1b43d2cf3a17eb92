import { open } from '@holdfast/core'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import type { Question } from '../capabilities.ts'
import { backendAt } from '../engines.ts'
import type { Address } from '../engines.ts'
import type { Cell, Word } from '../types.ts'
import { freshItems, itemRows, items } from './items.ts'
import { expectAnswer } from './trial.ts'

/** How long a read may take before it counts as one that waits; only this word depends on a clock. */
const patience = 3_000

/** What becomes of a database that is not alone: each question is asked of a new database. */
export async function companyCell(question: Question, address: Address): Promise<Cell> {
  return { word: await answers[question](address) }
}

const answers: Readonly<Record<Question, (address: Address) => Promise<Word>>> = {
  reads: readsBeside,
  processes: severalProcesses,
  reopened: outlivesClose,
}

async function readsBeside(address: Address): Promise<Word> {
  await using database = await open(backendAt(address))
  const handle = await freshItems(database)
  const entered = Promise.withResolvers<void>()
  const gate = Promise.withResolvers<void>()
  const transaction = database.transaction(async (inside) => {
    try {
      await inside.table(items).delete(1)
    } finally {
      entered.resolve()
    }
    await gate.promise
  })
  await entered.promise
  const read = handle.all()
  const early = await Promise.race([read, delay(patience, undefined, { ref: false })])
  gate.resolve()
  await transaction
  expectAnswer('rows after the transaction', await handle.all(), itemRows.slice(1))
  if (early === undefined) {
    expectAnswer('rows for a reader that waited', await read, itemRows.slice(1))
    expectAnswer(
      'reads beside a transaction, as declared',
      database.capabilities.readsDuringTransaction,
      false,
    )
    return 'waits'
  }
  expectAnswer('rows for a reader beside a transaction that has changed them', early, itemRows)
  return 'yes'
}

/** Another process finds what this one has written, and this one what the other has, while both have it open. */
async function severalProcesses(address: Address): Promise<Word> {
  await using database = await open(backendAt(address))
  const handle = await freshItems(database)
  const script = new URL('neighbour.ts', import.meta.url).pathname
  const neighbour = spawn(process.execPath, [script], { stdio: ['pipe', 'pipe', 'inherit'] })
  neighbour.stdin.end(JSON.stringify(address))
  let said = ''
  neighbour.stdout.setEncoding('utf8').on('data', (text: string) => (said += text))
  await once(neighbour, 'close')
  const shared = said.trim() === 'found'
  const rows = await handle.all()
  expectAnswer('rows beside another process', rows.length, itemRows.length + (shared ? 1 : 0))
  expectAnswer(
    `several processes, as declared (the other process says: ${said.trim()})`,
    shared,
    database.capabilities.concurrentProcesses,
  )
  return shared ? 'yes' : 'no'
}

async function outlivesClose(address: Address): Promise<Word> {
  const database = await open(backendAt(address))
  await freshItems(database)
  await database.close()
  await using again = await open(backendAt(address))
  const kept = (await again.tables()).some(({ name }) => name === items.definition.name)
  if (kept) expectAnswer('rows when opened again', await again.table(items).all(), itemRows)
  expectAnswer('rows kept, as declared', kept, again.capabilities.durable)
  return kept ? 'yes' : 'no'
}

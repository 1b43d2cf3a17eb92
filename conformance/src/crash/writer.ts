/**
 * Writes until it is killed, and says on its standard output what has begun (`+ 7`) and what was acknowledged (`= 7`).
 *
 *   node writer.ts ENGINE PATH SEED FIRST CALLERS
 */

import { open } from '@holdfast/core'
import { writeSync } from 'node:fs'
import { durableEngines } from './durable.ts'
import { accounts, events, perform, workOf } from './transactions.ts'

const [engine, path, seed, first, callers] = process.argv.slice(2)
const durable = durableEngines[engine!]!

const database = await open(await durable.backend(path!))
await database.ensure(accounts)
await database.ensure(events)

let next = Number(first)
const alone = Number(callers) === 1

/** Writes at once, so that nothing that was said is lost with the process. */
function say(line: string): void {
  writeSync(1, `${line}\n`)
}

async function work(): Promise<never> {
  for (;;) {
    const transaction = workOf(Number(seed), next++, alone)
    say(`+ ${transaction.number}`)
    await perform(database, transaction, durable)
    say(`= ${transaction.number}`)
  }
}

await Promise.all(Array.from({ length: Number(callers) }, work))

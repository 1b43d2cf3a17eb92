import { open } from '@holdfast/core'
import type { Database } from '@holdfast/core'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import { durableEngines } from './durable.ts'
import { accounts, apply, emptyModel, events, lostInIndexes, readModel, workOf } from './transactions.ts'
import type { Model, Work } from './transactions.ts'

export interface CrashOptions {
  readonly engine: string
  /** The database file. */
  readonly path: string
  readonly rounds: number
  readonly seed: number
}

export interface CrashResult {
  readonly rounds: number
  readonly acknowledged: number
  /** Transactions that had begun when the process was killed, of which these were kept. */
  readonly inFlight: number
  readonly kept: number
  /** The same by the kind of their last step. */
  readonly kinds: Readonly<Record<string, number>>
  /** Rounds in which the process was killed before it had said anything: while it opened the database. */
  readonly early: number
  /** The first thing that was wrong. */
  readonly failure?: string
}

/** How one process comes to its end. */
interface Round {
  readonly callers: number
  /** Lines that it may say before it is killed, and microseconds after them. */
  readonly lines: number
  readonly delay: number
}

const plans = fc.record({
  callers: fc.constantFrom(1, 1, 8),
  lines: fc.oneof(
    { weight: 1, arbitrary: fc.constant(0) },
    { weight: 2, arbitrary: fc.integer({ min: 1, max: 10 }) },
    { weight: 3, arbitrary: fc.integer({ min: 1, max: 120 }) },
  ),
  delay: fc.double({ min: 0, max: 3, noNaN: true }),
})
/** Milliseconds in which a process that has said nothing is killed. */
const openingTime = 250
/** Events from which on all are deleted, so that a round takes no longer than the one before. */
const manyEvents = 20_000

/**
 * Kills a process that writes, again and again, at random moments, also while it recovers from the last time. What is
 * there afterwards must be exactly what was acknowledged, with or without what was in flight, each whole.
 */
export async function runCrashes(
  { engine, path, rounds, seed }: CrashOptions,
  tell: (line: string) => void,
): Promise<CrashResult> {
  const expected = emptyModel()
  let [next, acknowledged, inFlight, kept, early] = [0, 0, 0, 0, 0]
  const kinds: Record<string, number> = {}
  const result = (round: number) => ({ rounds: round, acknowledged, inFlight, kept, kinds, early })
  for (const [index, round] of fc.sample(plans, { seed, numRuns: rounds }).entries()) {
    const { said, error } = await killed(engine, path, { ...round, seed, first: next })
    if (error !== '') return { ...result(index), failure: `the writer failed: ${error}` }
    if (said.length === 0) early += 1
    const begun = new Map<number, Work>()
    for (const line of said) {
      const number = Number(line.slice(2))
      if (line.startsWith('+')) begun.set(number, workOf(seed, number, round.callers === 1))
      else {
        apply(expected, begun.get(number)!)
        begun.delete(number)
        acknowledged += 1
      }
      next = Math.max(next, number + 1)
    }
    inFlight += begun.size
    const { found, lost } = await contents(engine, path)
    for (const work of begun.values()) {
      const kind = work.steps.at(-1)!.kind
      kinds[kind] = (kinds[kind] ?? 0) + 1
      if (!isKept(work, expected, found)) {
        const begun = kind === 'create' && found.ledger?.size === 0
        if (begun && !durableEngines[engine]!.schemaInTransactions) expected.ledger ??= new Map()
        continue
      }
      apply(expected, work)
      kept += 1
    }
    if (!isDeepStrictEqual(found, expected)) {
      const failure = `round ${index} (seed ${seed}): ${difference(expected, found)}`
      return { ...result(index + 1), failure }
    }
    if (lost.length > 0) {
      const failure = `round ${index} (seed ${seed}): ${some(`an index and a scan differ in ${lost.length} rows:`, lost)}`
      return { ...result(index + 1), failure }
    }
    if (found.events.size > manyEvents) {
      await forgetEvents(engine, path)
      expected.events.clear()
    }
    if ((index + 1) % 50 === 0) tell(`${engine}: ${index + 1} of ${rounds} rounds, nothing lost`)
  }
  return result(rounds)
}

interface Killing extends Round {
  readonly seed: number
  readonly first: number
}

/** Lets a process write and kills it; returns every line that it said. */
async function killed(
  engine: string,
  path: string,
  { seed, first, callers, lines, delay }: Killing,
): Promise<{ readonly said: readonly string[]; readonly error: string }> {
  const writer = new URL('writer.ts', import.meta.url).pathname
  const process_ = spawn(process.execPath, [writer, engine, path, `${seed}`, `${first}`, `${callers}`], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const said: string[] = []
  let error = ''
  let shot = false
  const shoot = (): void => {
    shot = true
    process_.kill('SIGKILL')
  }
  process_.stderr.setEncoding('utf8').on('data', (text: string) => (error += text))
  // Whole lines only: each was written at once.
  createInterface({ input: process_.stdout }).on('line', (line) => {
    said.push(line)
    if (said.length === lines) setTimeout(shoot, delay)
  })
  if (lines === 0) setTimeout(shoot, (openingTime * delay) / 3)
  await once(process_, 'close')
  return { said, error: shot ? '' : error || 'it ended by itself' }
}

/** What is there when the database is opened again, and what its indexes have lost. */
async function contents(
  engine: string,
  path: string,
): Promise<{ readonly found: Model; readonly lost: readonly number[] }> {
  let found: Model | undefined
  for (const pushdown of ['auto', 'none'] as const) {
    await using database = await openTables(engine, path, pushdown)
    found ??= await readModel(database)
    const lost = await lostInIndexes(database, found)
    if (lost.length > 0) return { found, lost }
  }
  return { found: found!, lost: [] }
}

async function forgetEvents(engine: string, path: string): Promise<void> {
  await using database = await openTables(engine, path)
  await database.table(events).clear()
}

async function openTables(
  engine: string,
  path: string,
  pushdown: 'auto' | 'none' = 'auto',
): Promise<Database> {
  const database = await open(await durableEngines[engine]!.backend(path), { pushdown })
  await database.ensure(accounts)
  await database.ensure(events)
  return database
}

/** Whether anything of it is there: a transaction that is there in part makes the contents differ. */
function isKept(work: Work, expected: Model, found: Model): boolean {
  const appended = work.steps.find((step) => step.kind === 'events')
  if (appended !== undefined) return found.events.has(appended.first)
  const after: Model = { ...expected, accounts: new Map(expected.accounts) }
  apply(after, work)
  return isDeepStrictEqual(found, after)
}

function difference(expected: Model, found: Model): string {
  const lost = [...expected.events.keys()].filter((id) => !found.events.has(id))
  const extra = [...found.events.keys()].filter((id) => !expected.events.has(id))
  const changed = [...new Set([...expected.accounts.keys(), ...found.accounts.keys()])].filter(
    (id) => !isDeepStrictEqual(expected.accounts.get(id), found.accounts.get(id)),
  )
  const ledgerOf = ({ ledger }: Model) => (ledger === undefined ? 'missing' : JSON.stringify([...ledger]))
  const [wanted, there] = [ledgerOf(expected), ledgerOf(found)]
  return [
    some(`${lost.length} events are missing:`, lost),
    some(`${extra.length} events should not be there:`, extra),
    some(`${changed.length} accounts differ:`, changed),
    wanted === there ? '' : `the ledger is ${there}, not ${wanted}`,
    expected.indexed === found.indexed ? '' : `the index of accounts is ${found.indexed ? '' : 'not '}there`,
  ]
    .filter((part) => part !== '')
    .join('; ')
}

/** The first few keys, if there are any. */
function some(what: string, ids: readonly number[]): string {
  return ids.length === 0 ? '' : `${what} ${ids.slice(0, 5).join(', ')}${ids.length > 5 ? ', ...' : ''}`
}

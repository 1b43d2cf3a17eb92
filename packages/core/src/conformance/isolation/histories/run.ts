import { setImmediate as turn } from 'node:timers/promises'
import { isHoldfastError } from '../../../backend/errors.js'
import type { ErrorCode } from '../../../backend/errors.js'
import type { Database, Verbs } from '../../../database/database-types.js'
import type { Expression } from '../../../expression/types.js'
import { tableFromDefinition } from '../../../schema/table.js'
import type { TableDefinition } from '../../../schema/types.js'
import { call } from '../../generate/expressions/call.js'
import { assignments, matching } from '../../model/real.js'
import { outcomeOf } from '../../report/expect.js'
import type { Outcome } from '../../report/expect.js'
import { handleOf } from '../../untyped.js'
import { optionsOf } from '../levels.js'
import type { Level } from '../levels.js'
import type { History, HistoryEvent, RecordedTransaction } from './history.js'
import type { PlannedOperation, PlannedTransaction, Workload } from './workload.js'

/** A history with what else is known of the transactions. */
export interface Recording extends History {
  readonly transactions: readonly Recorded[]
}

export interface Recorded extends RecordedTransaction {
  /** The moments between which its callback ran; undefined if it was never called. */
  readonly open: readonly [from: number, to: number] | undefined
  /** What it failed with. */
  readonly error?: unknown
}

/** A row is a list, its values in a text, each after a comma: what is appended can be read off in order. */
const lists: TableDefinition = {
  name: 'lists',
  columns: [
    { name: 'list', type: { name: 'integer' }, nullable: false },
    { name: 'content', type: { name: 'text' }, nullable: false },
  ],
  primaryKey: ['list'],
  indexes: [],
  checks: [],
}

/** After these nobody knows whether the transaction was committed. */
const unanswered: ReadonlySet<ErrorCode> = new Set<ErrorCode>(['TIMEOUT', 'CONNECTION_LOST'])

/** Carries out all sessions at once and records what they saw. */
export async function record(database: Database, { level, sessions }: Workload): Promise<Recording> {
  await database.ensure(tableFromDefinition(lists))
  await handleOf(database, lists).clear()
  await handleOf(database, lists).insert(listsOf(sessions).map((list) => ({ list, content: '' })))
  const clock = new Clock()
  const recorded = await Promise.all(
    sessions.map(async (transactions) => {
      const done: Recorded[] = []
      for (const transaction of transactions) done.push(await recordOne(database, transaction, level, clock))
      return done
    }),
  )
  const rows = await handleOf(database, lists).all()
  const final = new Map(rows.map((row) => [Number(row['list']), valuesOf(row)]))
  return { transactions: recorded.flat(), final }
}

/** Counts moments: of two the later one is the greater. */
class Clock {
  #moments = 0

  now(): number {
    return ++this.#moments
  }
}

async function recordOne(
  database: Database,
  planned: PlannedTransaction,
  level: Level,
  clock: Clock,
): Promise<Recorded> {
  const events: HistoryEvent[] = []
  let open: Recorded['open']
  const carryOut = async (verbs: Verbs): Promise<void> => {
    const begun = clock.now()
    try {
      for (const operation of planned.operations) await perform(verbs, operation, events)
    } finally {
      open = [begun, clock.now()]
    }
    if (planned.undone) throw new Undone()
  }
  const asked = clock.now()
  const outcome = await outcomeOf(() =>
    planned.kind === 'alone'
      ? carryOut(database)
      : database.transaction(carryOut, optionsOf(level, planned.kind === 'reading')),
  )
  const ended = clock.now()
  const failed = outcome.kind === 'error' && !(outcome.error instanceof Undone)
  const error = failed ? { error: outcome.error } : {}
  return { name: planned.name, status: statusOf(outcome), events, asked, open, ended, ...error }
}

function statusOf(outcome: Outcome<void>): Recorded['status'] {
  if (outcome.kind === 'value') return 'committed'
  return isHoldfastError(outcome.error) && unanswered.has(outcome.error.code) ? 'unknown' : 'undone'
}

async function perform(verbs: Verbs, operation: PlannedOperation, events: HistoryEvent[]): Promise<void> {
  switch (operation.kind) {
    case 'read':
      await readList(verbs, operation.list, events)
      return
    case 'readAll':
      for (const row of await handleOf(verbs, lists).all())
        events.push({ kind: 'read', list: Number(row['list']), values: valuesOf(row) })
      return
    case 'append':
      return append(verbs, operation, events)
    case 'pause':
      for (let count = 0; count < operation.turns; count += 1) await turn()
  }
}

async function readList(verbs: Verbs, list: number, events: HistoryEvent[]): Promise<string> {
  const row = (await handleOf(verbs, lists).get(list)) ?? { content: '' }
  events.push({ kind: 'read', list, values: valuesOf(row) })
  return String(row['content'])
}

/** Recorded before it is made: what fails and is there all the same must be known by its transaction. */
async function append(
  verbs: Verbs,
  { list, value, way }: Extract<PlannedOperation, { readonly kind: 'append' }>,
  events: HistoryEvent[],
): Promise<void> {
  if (way === 'patch') {
    const content = await readList(verbs, list, events)
    events.push({ kind: 'append', list, value })
    await handleOf(verbs, lists).patch(list, { content: `${content},${value}` })
  } else {
    events.push({ kind: 'append', list, value })
    await matching(verbs, lists, isList(list)).update(assignments(lists, [appending(value)]))
  }
}

function isList(list: number): Expression {
  const column: Expression = { kind: 'column', name: 'list' }
  return call('equal', [column, { kind: 'literal', type: { name: 'integer' }, value: list }])
}

function appending(value: number): { readonly name: string; readonly expression: Expression } {
  const end: Expression = { kind: 'literal', type: { name: 'text' }, value: `,${value}` }
  return { name: 'content', expression: call('concat', [{ kind: 'column', name: 'content' }, end]) }
}

function valuesOf(row: Record<string, unknown>): readonly number[] {
  return String(row['content']).split(',').slice(1).map(Number)
}

/** The lists that are used. */
function listsOf(sessions: Workload['sessions']): readonly number[] {
  const operations = sessions.flat().flatMap((transaction) => transaction.operations)
  const used = operations.flatMap((operation) => ('list' in operation ? [operation.list] : []))
  return [...new Set([1, ...used])]
}

/** Thrown to undo a transaction on purpose. */
class Undone extends Error {}

import type { Database, Verbs } from '@holdfast/core'
import { integer, table, text } from '@holdfast/core'
import fc from 'fast-check'
import type { DurableEngine } from './durable.ts'

export const accounts = table('accounts', {
  id: integer().primaryKey(),
  amount: integer(),
  note: text().nullable(),
})
/** The same table with one index more. */
export const indexedAccounts = table(
  'accounts',
  { id: integer().primaryKey(), amount: integer(), note: text().nullable() },
  { indexes: [{ columns: ['amount'] }] },
)
/** A table that comes and goes. */
export const ledger = table('ledger', { id: integer().primaryKey(), note: text() })
export const events = table(
  'events',
  { id: integer().primaryKey(), account: integer(), note: text() },
  { indexes: [{ columns: ['account'] }] },
)

/** One change of one table. */
export type Step =
  | { readonly kind: 'put'; readonly id: number; readonly amount: number; readonly note: string | null }
  | { readonly kind: 'patch'; readonly id: number; readonly amount: number }
  | { readonly kind: 'delete'; readonly id: number }
  /** New rows of `events`, whose keys belong to this transaction alone. */
  | { readonly kind: 'events'; readonly first: number; readonly count: number; readonly note: string }
  /** Makes the table `ledger`, if it is missing, with a row. */
  | { readonly kind: 'create'; readonly id: number; readonly note: string }
  | { readonly kind: 'drop' }
  | { readonly kind: 'index' }
  /** Moves what was written to where it stays: no row changes. */
  | { readonly kind: 'checkpoint' }

/** What happens together or not at all. */
export interface Work {
  readonly number: number
  readonly steps: readonly Step[]
}

/** Tables, rows and indexes as they should be. */
export interface Model {
  readonly accounts: Map<number, { readonly amount: number; readonly note: string | null }>
  readonly events: Map<number, { readonly account: number; readonly note: string }>
  /** Undefined while the table is missing. */
  ledger: Map<number, string> | undefined
  /** Whether `accounts` has its index. */
  indexed: boolean
}

export function emptyModel(): Model {
  return { accounts: new Map(), events: new Map(), ledger: undefined, indexed: false }
}

/** Keys of `events` for each transaction. */
const eventsEach = 10_000

const id = fc.integer({ min: 0, max: 40 })
const amount = fc.integer({ min: -1_000_000, max: 1_000_000 })
const note = fc.string({ maxLength: 40 }).map((value) => value.replaceAll('\0', ' '))
const change: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ kind: fc.constant('put'), id, amount, note: fc.option(note) }),
  fc.record({ kind: fc.constant('patch'), id, amount }),
  fc.record({ kind: fc.constant('delete'), id }),
)
/** Changes of the schema, and what else happens by itself. */
const apart: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('create'), id, note }) },
  { weight: 2, arbitrary: fc.constant({ kind: 'drop' } as const) },
  { weight: 1, arbitrary: fc.constant({ kind: 'index' } as const) },
  { weight: 2, arbitrary: fc.constant({ kind: 'checkpoint' } as const) },
)
const few = fc.integer({ min: 1, max: 5 })
/** Enough to go through an engine's door for many rows, and to fill more than a page. */
const many = fc.integer({ min: 500, max: 3000 })

/** The transaction with this number: the same whenever it is asked for. `alone` if no other may change the same rows. */
export function workOf(seed: number, number: number, alone: boolean): Work {
  const first = number * eventsEach
  const appended = (count: fc.Arbitrary<number>): fc.Arbitrary<Step> =>
    fc.record({ kind: fc.constant('events'), first: fc.constant(first), count, note })
  const steps: fc.Arbitrary<Step[]> = alone
    ? fc.oneof(
        { weight: 4, arbitrary: fc.tuple(fc.array(change, { maxLength: 5 }), appended(few)).map(join) },
        { weight: 2, arbitrary: change.map((step) => [step]) },
        { weight: 2, arbitrary: apart.map((step) => [step]) },
        { weight: 1, arbitrary: fc.tuple(fc.array(change, { maxLength: 2 }), appended(many)).map(join) },
      )
    : appended(few).map((step) => [step])
  const [sample] = fc.sample(steps, { seed: (seed ^ Math.imul(number, 0x9e3779b1)) | 0, numRuns: 1 })
  return { number, steps: sample! }
}

const join = ([changes, step]: readonly [Step[], Step]): Step[] => [...changes, step]

/** Does it in the database: one step by itself, several in a transaction. */
export async function perform(
  database: Database,
  { steps }: Work,
  { checkpoint, schemaInTransactions }: Pick<DurableEngine, 'checkpoint' | 'schemaInTransactions'>,
): Promise<void> {
  const [only, second] = steps
  if (only?.kind === 'checkpoint') return void (await checkpoint(database))
  if (only !== undefined && second === undefined && (only.kind !== 'create' || !schemaInTransactions))
    return performStep(database, only)
  await database.transaction(async (transaction) => {
    for (const step of steps) await performStep(transaction, step)
  })
}

async function performStep(verbs: Verbs, step: Step): Promise<void> {
  switch (step.kind) {
    case 'put':
      await verbs.table(accounts).put({ id: step.id, amount: step.amount, note: step.note })
      return
    case 'patch':
      await verbs.table(accounts).patch(step.id, { amount: step.amount })
      return
    case 'delete':
      await verbs.table(accounts).delete(step.id)
      return
    case 'events':
      await verbs.table(events).insert(eventsOf(step))
      return
    case 'create':
      await verbs.ensure(ledger)
      await verbs.table(ledger).put({ id: step.id, note: step.note })
      return
    case 'drop':
      return verbs.drop(ledger, { ifExists: true })
    case 'index':
      return verbs.ensure(indexedAccounts)
    case 'checkpoint':
  }
}

/** Does it in the model. */
export function apply(model: Model, { steps }: Work): void {
  for (const step of steps) applyStep(model, step)
}

function applyStep(model: Model, step: Step): void {
  switch (step.kind) {
    case 'put':
      model.accounts.set(step.id, { amount: step.amount, note: step.note })
      return
    case 'patch': {
      const before = model.accounts.get(step.id)
      if (before !== undefined) model.accounts.set(step.id, { ...before, amount: step.amount })
      return
    }
    case 'delete':
      model.accounts.delete(step.id)
      return
    case 'events':
      for (const { id, ...event } of eventsOf(step)) model.events.set(id, event)
      return
    case 'create':
      model.ledger = new Map(model.ledger).set(step.id, step.note)
      return
    case 'drop':
      model.ledger = undefined
      return
    case 'index':
      model.indexed = true
      return
    case 'checkpoint':
  }
}

function eventsOf({ first, count, note }: Extract<Step, { kind: 'events' }>) {
  return Array.from({ length: count }, (_, index) => ({ id: first + index, account: index % 7, note }))
}

/** What the database holds, as a model. */
export async function readModel(database: Database): Promise<Model> {
  const model = emptyModel()
  for (const { id, ...row } of await database.table(accounts).all()) model.accounts.set(id, row)
  for (const { id, ...row } of await database.table(events).all()) model.events.set(id, row)
  const tables = await database.tables()
  const found = tables.find(({ name }) => name === 'accounts')
  model.indexed = found?.indexes.some(({ columns }) => columns.join() === 'amount') ?? false
  if (tables.some(({ name }) => name === 'ledger'))
    model.ledger = new Map((await database.table(ledger).all()).map(({ id, note }) => [id, note]))
  return model
}

/** The keys of rows that a scan and a query by an indexed column do not agree about. */
export async function lostInIndexes(database: Database, model: Model): Promise<readonly number[]> {
  const lost: number[] = []
  const compare = (scanned: readonly number[], found: readonly { readonly id: number }[]) => {
    const ids = new Set(found.map(({ id }) => id))
    lost.push(...ids.symmetricDifference(new Set(scanned)))
  }
  for (const [value, rows] of Map.groupBy(model.events, ([, row]) => row.account)) {
    const query = database.table(events).where(({ account }) => account.eq(value))
    compare(
      rows.map(([id]) => id),
      await query.all(),
    )
  }
  for (const [value, rows] of Map.groupBy(model.accounts, ([, row]) => row.amount)) {
    const query = database.table(accounts).where(({ amount }) => amount.eq(value))
    compare(
      rows.map(([id]) => id),
      await query.all(),
    )
  }
  return lost
}

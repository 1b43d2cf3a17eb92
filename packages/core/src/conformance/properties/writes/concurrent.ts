import { isHoldfastError } from '../../../backend/errors.js'
import type { Bench } from '../../bench.js'
import { randomProperty } from '../../property.js'
import type { Dice } from '../../random/dice.js'
import { shorter } from '../../random/reduce.js'
import { Disagreement, disagree } from '../../report/disagreement.js'
import { describeOutcome, expectRows, expectSame, outcomeOf } from '../../report/expect.js'
import type { Outcome } from '../../report/expect.js'
import { printValue } from '../../report/print.js'
import { withinLimit } from '../../time-limit.js'
import type { AnyHandle } from '../../untyped.js'
import { item, withItems } from '../items.js'
import type { Item } from '../items.js'

/** A call of one of many callers at once, each told apart by its label. */
type Caller =
  | { readonly kind: 'insert'; readonly id: number; readonly count: number }
  | { readonly kind: 'refused'; readonly id: number }
  | { readonly kind: 'raise' }
  | { readonly kind: 'read' }

/** The row whose amount is raised; all others are inserted. */
const counter = item(0, { amount: 0 })

/**
 * Callers that do not wait for each other get each their own answer and their own error, as if they had come one after
 * another: of several that insert one key one wins, no raise is lost, no read sees a part of a batch.
 */
export const callersAreServedEach = randomProperty<readonly Caller[]>({
  name: 'writes/concurrent',
  rules: ['WRITE-1', 'WRITE-2', 'WRITE-5', 'WRITE-8'],
  weight: 0.4,
  floor: 0.8,
  make: (dice) => dice.several(2, 40, () => randomCaller(dice)),
  reduce: (callers) => shorter(callers, 1),
  print: (callers) => callers.map((caller) => `// at once: ${printValue(caller)}`).join('\n'),
  check: async (bench, callers) => {
    await withItems(bench, [counter], async (_database, table) => {
      const calls = callers.map((caller, index) => outcomeOf(() => perform(table, caller, index)))
      const outcomes = await withinLimit('callers at once', () => Promise.all(calls))
      callers.forEach((caller, index) =>
        expectOutcome(callers, caller, index, outcomes[index] as Outcome<unknown>),
      )
      expectRows('the table afterwards', await table.all(), await expectedRows(table, callers, outcomes), {
        rules: ['WRITE-1', 'WRITE-2'],
      })
      count(bench, outcomes)
    })
  },
})

function randomCaller(dice: Dice): Caller {
  return dice.weighted<() => Caller>([
    [5, () => ({ kind: 'insert', id: dice.integer(1, 6) * 10, count: dice.pick([1, 1, 3]) })],
    [2, () => ({ kind: 'refused', id: dice.integer(1, 6) * 10 })],
    [2, () => ({ kind: 'raise' })],
    [2, () => ({ kind: 'read' })],
  ])()
}

function perform(table: AnyHandle, caller: Caller, index: number): Promise<unknown> {
  switch (caller.kind) {
    case 'insert':
      return table.insert(rowsOf(caller, index))
    case 'refused':
      return table.insert([item(caller.id + 5), item(caller.id, { amount: -1 })])
    case 'raise':
      return raise(table)
    case 'read':
      return table.all()
  }
}

function rowsOf({ id, count: rows }: Extract<Caller, { readonly kind: 'insert' }>, index: number): Item[] {
  return Array.from({ length: rows }, (_, offset) => item(id + offset, { label: `caller ${index}` }))
}

/** More often than there are callers nobody can come between. */
const mostAttempts = 1000

/** Compares and sets until nobody came between. */
async function raise(table: AnyHandle): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    const row = await table.require(counter.id)
    const version = Number(row['edition'])
    const outcome = await outcomeOf(() =>
      table.patch(counter.id, { amount: Number(row['amount']) + 1 }, { version }),
    )
    if (outcome.kind === 'value') return
    if (!isHoldfastError(outcome.error) || outcome.error.code !== 'VERSION_MISMATCH') throw outcome.error
    if (attempt === mostAttempts)
      disagree(
        'patches with the version that was just read',
        'always VERSION_MISMATCH',
        'at last one that fits',
      )
  }
}

function expectOutcome(
  callers: readonly Caller[],
  caller: Caller,
  index: number,
  outcome: Outcome<unknown>,
): void {
  const code = outcome.kind === 'error' && isHoldfastError(outcome.error) ? outcome.error.code : undefined
  const fits =
    caller.kind === 'refused'
      ? code === 'CHECK_VIOLATION'
      : outcome.kind === 'value' || (caller.kind === 'insert' && code === 'DUPLICATE_KEY')
  if (!fits) {
    throw new Disagreement({
      what: `caller ${index}, ${printValue(caller)}`,
      expected: 'its own answer, or its own refusal',
      received: describeOutcome(outcome),
      rules: ['WRITE-1'],
      cause: outcome.kind === 'error' ? outcome.error : undefined,
    })
  }
  if (outcome.kind === 'error') return
  if (caller.kind === 'read') expectWholeBatches(outcome.value as readonly Item[], callers)
  if (caller.kind === 'insert') {
    const { count: inserted } = outcome.value as { readonly count: number }
    expectSame(`the count that caller ${index} is told`, inserted, caller.count, ['WRITE-3'])
  }
}

/** Rows of one caller are all there, or none is. */
function expectWholeBatches(rows: readonly Item[], callers: readonly Caller[]): void {
  for (const [index, caller] of callers.entries()) {
    if (caller.kind !== 'insert') continue
    const labels = rowsOf(caller, index).map(({ label }) => label)
    const found = rows.filter(({ label }) => label === labels[0])
    if (found.length === 0 || found.length === caller.count) continue
    disagree(`the rows of caller ${index} that a read sees`, found, `all ${caller.count} of them or none`, [
      'WRITE-8',
    ])
  }
}

async function expectedRows(
  table: AnyHandle,
  callers: readonly Caller[],
  outcomes: readonly Outcome<unknown>[],
): Promise<readonly Item[]> {
  const won = callers.flatMap((caller, index) =>
    caller.kind === 'insert' && outcomes[index]?.kind === 'value' ? rowsOf(caller, index) : [],
  )
  for (const caller of callers) {
    if (caller.kind !== 'insert') continue
    const there = (await table.get(caller.id)) !== undefined
    expectSame(`whether anybody inserted ${caller.id}`, there, true, ['WRITE-2'])
  }
  const raised = callers.filter(({ kind }) => kind === 'raise').length
  const raisedCounter = { ...counter, amount: raised, edition: raised + 1 }
  return [raisedCounter, ...won.toSorted((left, right) => left.id - right.id)]
}

function count({ tally }: Bench, outcomes: readonly Outcome<unknown>[]): void {
  tally.add(outcomes.length > 2)
  for (const { kind } of outcomes) tally.see(kind === 'value' ? 'answered' : 'refused')
}

import { isHoldfastError } from '../../../backend/errors.js'
import type { Database } from '../../../database/database-types.js'
import type { Bench } from '../../bench.js'
import { randomProperty } from '../../property.js'
import { shorter } from '../../random/reduce.js'
import { Disagreement } from '../../report/disagreement.js'
import { describeError, expectRows, outcomeOf } from '../../report/expect.js'
import { withinLimit } from '../../time-limit.js'
import { handleOf } from '../../untyped.js'
import { item, items, withItems } from '../items.js'
import type { Item } from '../items.js'
import { targets } from './targets.js'
import { Mine, garbage } from './values.js'

/** One call with one piece of garbage, by their places in the lists. */
interface GarbageCall {
  readonly target: number
  readonly value: number
}

const before: readonly Item[] = [item(1), item(2, { code: 'x' }), item(3)]

/** Garbage at any public verb is refused with a HoldfastError or is no garbage there; it never hangs and never half writes. */
export const garbageIsRefused = randomProperty<readonly GarbageCall[]>({
  name: 'garbage/calls',
  rules: ['WRITE-1'],
  weight: 0.6,
  floor: 0.5,
  make: (dice) =>
    Array.from({ length: 60 }, () => ({
      target: dice.integer(0, targets.length - 1),
      value: dice.integer(0, garbage.length - 1),
    })),
  reduce: (calls) => shorter(calls, 1),
  print: (calls) => calls.map(describeCall).join('\n'),
  check: async (bench, calls) => {
    await withItems(bench, before, async (database) => {
      for (const call of calls) await checkCall(bench, database, call)
      await expectUnchanged(database, 'calls')
    })
  },
})

function describeCall({ target, value }: GarbageCall): string {
  return `${targets[target]?.name ?? ''} // garbage: ${garbage[value]?.name ?? ''}`
}

async function checkCall(bench: Bench, database: Database, call: GarbageCall): Promise<void> {
  const what = describeCall(call)
  const value = garbage[call.value]?.make()
  const outcome = await outcomeOf(() =>
    withinLimit(what, async () => targets[call.target]?.call(database, value)),
  )
  bench.tally.add(outcome.kind === 'error')
  if (outcome.kind === 'error') {
    const { error } = outcome
    // What a caller's own iterable or callback throws comes through as it is.
    if (!isHoldfastError(error) && !(error instanceof Mine)) {
      throw new Disagreement({
        what,
        expected: 'a HoldfastError',
        received: describeError(error),
        cause: error,
      })
    }
    if (targets[call.target]?.reads !== true) await expectUnchanged(database, what)
  } else if (targets[call.target]?.reads !== true) {
    await restore(database)
  }
}

/** What was no garbage at its place may have changed something. */
async function restore(database: Database): Promise<void> {
  const table = handleOf(database, items)
  await table.clear()
  await table.insert(before)
  for (const { name } of await database.tables()) if (name !== items.name) await database.drop(name)
}

async function expectUnchanged(database: Database, what: string): Promise<void> {
  const rows = await withinLimit('all', () => handleOf(database, items).all())
  expectRows(`the table after the refused ${what}`, rows, before, { rules: ['WRITE-1'] })
}

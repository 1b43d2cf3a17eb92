import { isHoldfastError } from '../../backend/errors.js'
import type { Statistics } from '../../backend/types.js'
import type { Database } from '../../database/database-types.js'
import { integer } from '../../schema/columns.js'
import { table } from '../../schema/table.js'
import { describeOutcome, expectSame, expectThat, outcomeOf } from '../report/expect.js'
import { printValue } from '../report/print.js'
import { withinLimit } from '../time-limit.js'
import type { Chaos } from './storm.js'

const proof = table('proof_of_end', { id: integer().primaryKey(), value: integer() })
const indexed = table(
  'proof_of_end',
  { id: integer().primaryKey(), value: integer() },
  { indexes: [{ columns: ['value'] }] },
)

/**
 * Requires that nothing of what came before is open: no stream, no transaction, no connection in use, and that the schema
 * and the data can be changed at once.
 *
 * @throws Disagreement
 */
export async function expectNothingOpen(what: string, database: Database, chaos: Chaos): Promise<void> {
  expectNothingHeld(what, chaos)
  await withinLimit(`a schema change after ${what}`, () => database.create(proof))
  await withinLimit(`a write after ${what}`, () => database.table(proof).insert({ id: 1, value: 1 }))
  await withinLimit(`a transaction after ${what}`, () =>
    database.transaction(async (transaction) => {
      await transaction.table(proof).patch(1, { value: 2 })
    }),
  )
  expectSame(`a read after ${what}`, await database.table(proof).all(), [{ id: 1, value: 2 }])
  await withinLimit(`an index after ${what}`, () => addIndex(database))
  await withinLimit(`a drop after ${what}`, () => database.drop(proof))
  const { engine } = await withinLimit(`stats after ${what}`, () => database.stats())
  const used = connectionsInUse(engine)
  expectThat(used === 0, `no connection is in use after ${what}`, `${used} in use: ${printValue(engine)}`)
}

/** The part of it that asks the engine nothing. */
export function expectNothingHeld(what: string, { open }: Chaos): void {
  expectSame(`what is open on the engine after ${what}`, open, { streams: 0, transactions: 0 })
}

/** Engines that cannot add an index to a table that is there say so. */
async function addIndex(database: Database): Promise<void> {
  const outcome = await outcomeOf(() => database.ensure(indexed))
  const fits =
    outcome.kind === 'value' || (isHoldfastError(outcome.error) && outcome.error.code === 'SCHEMA_MISMATCH')
  expectThat(fits, 'an index more, or HoldfastError SCHEMA_MISMATCH', describeOutcome(outcome))
}

/** As far as the engine counts them: what is in use, or what is open and not idle. */
function connectionsInUse(engine: Statistics['engine']): number {
  const counts = engine?.['connections']
  if (typeof counts !== 'object' || counts === null) return 0
  const { inUse, open = 0, idle = 0 } = counts as Readonly<Record<string, number | undefined>>
  return inUse ?? open - idle
}

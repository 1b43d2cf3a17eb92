import type { Bench } from '../../bench.js'
import { fixedProperty } from '../../property.js'
import type { FixedCase } from '../../property.js'
import { open } from '../../../database/open.js'
import type { TableDefinition } from '../../../schema/types.js'
import type { Database } from '../../../database/database-types.js'
import {
  describeOutcome,
  expectRefusal,
  expectRows,
  expectSame,
  expectThat,
  outcomeOf,
} from '../../report/expect.js'
import { isHoldfastError } from '../../../backend/errors.js'
import { withinLimit } from '../../time-limit.js'
import { handleOf } from '../../untyped.js'
import type { AnyHandle } from '../../untyped.js'
import { below, createItems, item, items, itemsFrom, withItems } from '../items.js'
import type { Item } from '../items.js'
import { verbs } from './verbs.js'
import type { Verb } from './verbs.js'

/** Every verb on every state of the handle: open, closing, closed, aborted. */
export const lifeCycleHolds = fixedProperty({
  name: 'life/cycle',
  rules: ['WRITE-1'],
  cases: [
    ...verbs.map((verb): FixedCase => ({
      name: `${verb.name} after close`,
      check: (bench) => afterClose(bench, verb),
    })),
    ...verbs
      .filter(({ abortable }) => abortable)
      .map((verb): FixedCase => ({
        name: `${verb.name} with an aborted signal`,
        check: (bench) => whenAborted(bench, verb),
      })),
    { name: 'close twice, and twice at once', check: closeTwice },
    { name: 'close waits for calls under way', check: closeWaits },
    { name: 'close rolls an open transaction back', check: closeDuringTransaction },
    { name: 'await using closes', check: disposal },
    { name: 'open with an aborted signal', check: openAborted },
    { name: 'one backend opened again and again', check: openAgain },
    { name: 'what was acknowledged outlives close on a durable engine', check: durability },
  ],
})

async function afterClose(bench: Bench, verb: Verb): Promise<void> {
  const database = await bench.sharedAs('closed', async () => {
    const opened = await bench.open()
    await createItems(opened, [item(1)])
    await bench.close(opened)
    return opened
  })
  await expectRefusal(`${verb.name} after close`, 'CLOSED', () =>
    withinLimit(verb.name, () => verb.call(database)),
  )
}

async function whenAborted(bench: Bench, verb: Verb): Promise<void> {
  await withItems(bench, [item(1)], async (database, table) => {
    const aborted = AbortSignal.abort()
    await expectRefusal(`${verb.name} with an aborted signal`, 'ABORTED', () =>
      withinLimit(verb.name, () => verb.call(database, aborted)),
    )
    expectRows('the table afterwards', await table.all(), [item(1)], { rules: ['WRITE-1'] })
  })
}

async function closeTwice(bench: Bench): Promise<void> {
  const database = await bench.open()
  await Promise.all([
    withinLimit('close', () => database.close()),
    withinLimit('close', () => database.close()),
  ])
  await bench.close(database)
  const unused = await bench.open()
  await bench.close(unused)
}

async function closeWaits(bench: Bench): Promise<void> {
  const database = await bench.open()
  const table = await createItems(database, [])
  const calls: readonly Promise<unknown>[] = [
    table.insert(itemsFrom(1, 3000)),
    table.all(),
    table.count(),
    table.get(1),
  ]
  const closed = withinLimit('close', () => database.close())
  for (const call of calls) {
    const outcome = await outcomeOf(() => withinLimit('a call under way at close', () => call))
    const fits =
      outcome.kind === 'value' || (isHoldfastError(outcome.error) && outcome.error.code === 'CLOSED')
    expectThat(fits, 'an answer, or HoldfastError CLOSED', describeOutcome(outcome))
  }
  await closed
  await bench.close(database)
}

async function closeDuringTransaction(bench: Bench): Promise<void> {
  const backend = bench.subject.backend()
  const database = await bench.open({}, backend)
  const table = await createItems(database, [item(1)])
  const entered = Promise.withResolvers<void>()
  const gate = Promise.withResolvers<void>()
  const transaction = outcomeOf(() =>
    database.transaction(async (inside) => {
      await handleOf(inside, items).insert(item(2))
      entered.resolve()
      await gate.promise
      await handleOf(inside, items).insert(item(3))
    }),
  )
  await entered.promise
  await bench.close(database)
  gate.resolve()
  const outcome = await withinLimit('a transaction open at close', () => transaction)
  expectThat(
    outcome.kind === 'error' && isHoldfastError(outcome.error) && outcome.error.code === 'CLOSED',
    'HoldfastError CLOSED',
    describeOutcome(outcome),
  )
  await expectRefusal('a read after close', 'CLOSED', () => table.all())
  const again = bench.reopening(backend)
  if (again === undefined) return
  const reopened = await bench.opened(() => open(again))
  expectRows('the table after opening again', await (await createItems(reopened, [])).all(), [item(1)], {
    rules: ['WRITE-8'],
  })
  await bench.close(reopened)
}

async function disposal(bench: Bench): Promise<void> {
  const database = await bench.open()
  await database[Symbol.asyncDispose]()
  await expectRefusal('a read after disposal', 'CLOSED', () => database.tables())
  await bench.close(database)
}

async function openAborted(bench: Bench): Promise<void> {
  await expectRefusal('open', 'ABORTED', () =>
    withinLimit('open', () => open(bench.subject.backend(), { signal: AbortSignal.abort() })),
  )
}

async function openAgain(bench: Bench): Promise<void> {
  for (let round = 0; round < 3; round += 1) {
    const backend = bench.subject.backend()
    const database = await bench.open({}, backend)
    expectSame('the tables of a new database', await database.tables(), [])
    await createItems(database, [item(round)])
    await bench.close(database)
  }
}

async function durability(bench: Bench): Promise<void> {
  let backend = bench.subject.backend()
  if (bench.reopening(backend) === undefined) {
    bench.tally.see('not durable')
    return
  }
  let expected: readonly Item[] = []
  for (const { last, change, leaves } of lastChanges) {
    const database = await bench.opened(() => open(backend))
    const table = await createItems(database, [], unchecked)
    expectRows(`the table that was opened before ${last}`, await table.all(), expected)
    await change(database, table)
    expected = leaves
    await bench.close(database)
    backend = bench.reopening(backend) ?? backend
  }
  const database = await bench.opened(() => open(backend))
  expectRows('the table at last', await (await createItems(database, [])).all(), expected)
  await bench.close(database)
  bench.tally.see('durable')
}

interface LastChange {
  /** What happens last before the database is closed. */
  readonly last: string
  readonly change: (database: Database, table: AnyHandle) => Promise<unknown>
  /** All rows then. */
  readonly leaves: readonly Item[]
}

/** Without checks a patch goes to the engine as it is. */
const unchecked: TableDefinition = { ...items, checks: [] }

const [first, second, third] = [item(1), item(2), item(3)]
const raised = { ...first, amount: 7, edition: 2 }

/** Each begins with what the one before has left. */
const lastChanges: readonly LastChange[] = [
  { last: 'an insert', change: (_, table) => table.insert([first, second]), leaves: [first, second] },
  { last: 'a patch', change: (_, table) => table.patch(1, { amount: 7 }), leaves: [raised, second] },
  {
    last: 'a transaction',
    change: (database) => database.transaction((inside) => handleOf(inside, items).insert(third)),
    leaves: [raised, second, third],
  },
  { last: 'a delete', change: (_, table) => table.delete(2), leaves: [raised, third] },
  {
    last: 'a put',
    change: (_, table) => table.put({ ...third, label: 'new' }),
    leaves: [raised, { ...third, label: 'new', edition: 2 }],
  },
  {
    last: 'an update by a condition',
    change: (database) => below(database, 5).update({ amount: 5 }),
    leaves: [raised, { ...third, label: 'new', amount: 5, edition: 3 }],
  },
  { last: 'a delete by a condition', change: (database) => below(database, 6).delete(), leaves: [raised] },
  { last: 'a clear', change: (_, table) => table.clear(), leaves: [] },
]

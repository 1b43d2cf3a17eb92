import { isHoldfastError } from '../../backend/errors.js'
import type { ErrorCode } from '../../backend/errors.js'
import type { Database, Verbs } from '../../database/database-types.js'
import type { CallOptions } from '../../database/options.js'
import type { RowStream } from '../../database/query-types.js'
import { integer, text } from '../../schema/columns.js'
import { table } from '../../schema/table.js'
import type { Bench } from '../bench.js'
import { fixedProperty } from '../property.js'
import type { FixedCase } from '../property.js'
import { expectRefusal, expectSame, expectThat, describeOutcome, outcomeOf } from '../report/expect.js'
import type { Outcome } from '../report/expect.js'
import { withinLimit } from '../time-limit.js'
import { inStorm } from './chaos-backend.js'
import { expectNothingHeld, expectNothingOpen } from './nothing-open.js'
import { faults, Storm } from './storm.js'
import type { FaultProbabilities } from './storm.js'

const size = 2500
const middle = 1300
const ownerCount = 100
const turnsBeforeClose = 60

const rows = table(
  'rows',
  { id: integer().primaryKey(), owner: integer(), label: text() },
  { indexes: [{ columns: ['owner'] }] },
)
const owners = table('owners', { number: integer().primaryKey(), name: text() })

/** Begins a stream. */
type Start = (options?: CallOptions) => RowStream<unknown>

type Source = 'a table' | 'a condition' | 'another order' | 'a join'

/** Streams of `size` rows each, some of which an engine reads from one cursor and some from several. */
const sources: Readonly<Record<Source, (verbs: Verbs) => Start>> = {
  'a table': (verbs) => (options) => verbs.table(rows).stream(options),
  'a condition': (verbs) => (options) =>
    verbs
      .table(rows)
      .where(({ owner }) => owner.lt(ownerCount))
      .stream(options),
  'another order': (verbs) => (options) =>
    verbs
      .table(rows)
      .orderBy(({ label }) => label.desc())
      .stream(options),
  'a join': (verbs) => (options) =>
    verbs
      .table(rows)
      .join(verbs.table(owners), ({ owner }, { number }) => owner.eq(number))
      .stream(options),
}

/** Brings a stream to an early end. In the storm every stream breaks. */
type End = (start: Start, storm: Storm) => Promise<void>

class Mine extends Error {}

const ends: Readonly<Record<string, End>> = {
  'break at the first row': (start) => readUntil(start(), 1),
  'break in the middle': (start) => readUntil(start(), middle),
  'an error in the loop': async (start) => {
    const mine = new Mine()
    const outcome = await outcomeOf(() => readUntil(start(), middle, () => Promise.reject(mine)))
    expectSame('the error comes through', outcome.kind === 'error' && outcome.error === mine, true)
  },
  'an abort in the loop': async (start) => {
    const controller = new AbortController()
    const stream = start({ signal: controller.signal })
    await expectEnded(
      'ABORTED',
      readUntil(stream, 3, () => Promise.resolve(controller.abort()), false),
    )
  },
  'an abort while the first row is on its way': async (start) => {
    const controller = new AbortController()
    const first = outcomeOf(() => start({ signal: controller.signal }).next())
    controller.abort()
    const outcome = await first
    expectThat(
      outcome.kind === 'value' || (isHoldfastError(outcome.error) && outcome.error.code === 'ABORTED'),
      'a row, or HoldfastError ABORTED',
      describeOutcome(outcome),
    )
    await expectEnded('ABORTED', readUntil(start({ signal: controller.signal }), size))
  },
  'a stream that is never read': async (start) => {
    await start()[Symbol.asyncDispose]()
  },
  'an end before the first row has come': async (start) => {
    const stream = start()
    const first = outcomeOf(() => stream.next())
    await stream.return()
    await first
    expectSame('next() after the end', await stream.next(), { done: true, value: undefined })
  },
  'an engine that fails at the first row': async (start, storm) => {
    storm.active = true
    await expectEnded('CONNECTION_LOST', readUntil(start(), size + 1))
  },
  'an engine that fails in the middle': async (start, storm) => {
    const strike = () => Promise.resolve(void (storm.active = true))
    const outcome = await outcomeOf(() => readUntil(start(), 3, strike, false))
    expectWholeOrLost(outcome)
  },
}

/** Reads up to a row, does something there, and breaks there unless told otherwise; all rows if there are fewer. */
async function readUntil(
  stream: RowStream<unknown>,
  last: number,
  there: () => Promise<void> = () => Promise.resolve(),
  breaks = true,
): Promise<void> {
  let seen = 0
  for await (const _ of stream) {
    seen += 1
    if (seen === last) await there()
    if (seen === last && breaks) return
  }
  if (seen !== size) expectSame('the rows of a stream that has ended', seen, size)
}

async function expectEnded(code: ErrorCode, reading: Promise<void>): Promise<void> {
  await expectRefusal('a stream that is ended early', code, () => reading)
}

/** A plan that had all rows already may give them; no stream ends as if it were whole. */
function expectWholeOrLost(outcome: Outcome<void>): void {
  const fits =
    outcome.kind === 'value' || (isHoldfastError(outcome.error) && outcome.error.code === 'CONNECTION_LOST')
  expectThat(fits, 'all rows, or HoldfastError CONNECTION_LOST', describeOutcome(outcome))
}

/** Streams that come to an early end, in whatever way, leave nothing open: the proof is a write, a new table, and close. */
export const earlyEndsLeaveNothing = fixedProperty({
  name: 'faults/streams',
  rules: ['WRITE-8'],
  cases: (['auto', 'none'] as const).flatMap((pushdown): FixedCase[] => [
    ...Object.entries(ends).map(([name, end]): FixedCase => ({
      name: `${name}, pushdown ${pushdown}`,
      check: (bench) =>
        withStreams(bench, pushdown, (database, storm) => endEach(name, end, database, storm)),
    })),
    {
      name: `all of these at once, pushdown ${pushdown}`,
      check: (bench) => withStreams(bench, pushdown, allAtOnce),
    },
    {
      name: `a transaction that ends before its streams, pushdown ${pushdown}`,
      check: (bench) => withStreams(bench, pushdown, transactionsThatEnd),
    },
    {
      name: `close at every step of a stream, pushdown ${pushdown}`,
      check: (bench) => withStreams(bench, pushdown, closeAtEveryStep),
    },
    {
      name: `close while streams are open, pushdown ${pushdown}`,
      check: (bench) => withStreams(bench, pushdown, closeBeside),
    },
  ]),
})

async function withStreams(
  bench: Bench,
  pushdown: 'auto' | 'none',
  work: (database: Database, storm: Storm, bench: Bench) => Promise<void>,
): Promise<void> {
  const probabilities = { ...never, brokenStream: 1 }
  const storm = new Storm(0, probabilities)
  storm.active = false
  const database = await bench.open({ pushdown }, inStorm(bench.subject.backend(), storm))
  await database.ensure(rows)
  await database.ensure(owners)
  const numbers = Array.from({ length: size }, (_, id) => id)
  await database
    .table(rows)
    .insert(numbers.map((id) => ({ id, owner: id % ownerCount, label: `row ${id % 7}` })))
  await database
    .table(owners)
    .insert(numbers.slice(0, ownerCount).map((number) => ({ number, name: `owner ${number}` })))
  await work(database, storm, bench)
  await bench.close(database)
}

const never = Object.fromEntries(Object.keys(faults).map((fault) => [fault, 0])) as FaultProbabilities

/** Outside and in a transaction, which keeps all of what it wrote, or nothing. */
async function endEach(name: string, end: End, database: Database, storm: Storm): Promise<void> {
  for (const [what, source] of Object.entries(sources)) {
    const where = `${name}, ${what}`
    await withinLimit(where, () => end(source(database), storm))
    storm.active = false
    expectNothingHeld(where, storm)
  }
  await expectNothingOpen(name, database, storm)
  for (const what of ['a table', 'a join'] as const) {
    const where = `${name}, ${what} in a transaction`
    const source = sources[what]
    await expectWhole(where, database, storm, (transaction) => end(source(transaction), storm))
  }
  await expectNothingOpen(`${name} in a transaction`, database, storm)
}

/** Does it in a transaction that also writes. */
async function expectWhole(
  where: string,
  database: Database,
  storm: Storm,
  work: (verbs: Verbs) => Promise<void>,
): Promise<void> {
  const extra = { id: -1, owner: 1000, label: 'extra' }
  const outcome = await outcomeOf(() =>
    withinLimit(where, () =>
      database.transaction(async (transaction) => {
        await transaction.table(owners).insert({ number: extra.owner, name: where })
        await work(transaction)
      }),
    ),
  )
  storm.active = false
  if (outcome.kind === 'error' && !isHoldfastError(outcome.error)) throw outcome.error
  const there = await database.table(owners).delete(extra.owner)
  expectSame(`whether the transaction with ${where} took effect`, there, outcome.kind === 'value', [
    'WRITE-8',
  ])
  await expectNothingOpen(where, database, storm)
}

async function allAtOnce(database: Database, storm: Storm): Promise<void> {
  const calm = Object.entries(ends).filter(([name]) => !name.startsWith('an engine'))
  const ending = calm.flatMap(([, end]) =>
    Object.values(sources).map((source) => end(source(database), storm)),
  )
  await withinLimit('streams that end at once', () => Promise.all(ending))
  await expectNothingOpen('streams that end at once', database, storm)
  const broken = Object.values(sources).map((source) => outcomeOf(() => readUntil(source(database)(), size)))
  storm.active = true
  for (const outcome of await withinLimit('streams that break at once', () => Promise.all(broken)))
    expectWholeOrLost(outcome)
  storm.active = false
  await expectNothingOpen('streams that break at once', database, storm)
}

/** The callback ends, or throws, while streams are open in the middle. */
async function transactionsThatEnd(database: Database, storm: Storm): Promise<void> {
  for (const [what, source] of Object.entries(sources)) {
    for (const throws of [false, true]) {
      const where = `a transaction that ${throws ? 'throws' : 'ends'} before its stream of ${what}`
      const left: RowStream<unknown>[] = []
      const outcome = await outcomeOf(() =>
        expectWhole(where, database, storm, async (transaction) => {
          const stream = source(transaction)()
          left.push(stream)
          await stream.next()
          if (throws) throw new Mine()
        }),
      )
      if (outcome.kind === 'error' && !(outcome.error instanceof Mine)) throw outcome.error
      await expectNothingOpen(where, database, storm)
      await expectRefusal('next() after the transaction', 'TRANSACTION_CLOSED', () => drain(left[0]!))
    }
  }
}

async function closeBeside(database: Database, storm: Storm, bench: Bench): Promise<void> {
  const streams = Object.values(sources).map((source) => source(database)())
  for (const stream of streams) await stream.next()
  // One whose next row is on its way, and one that nobody has read.
  const pending = outcomeOf(() => database.table(rows).stream().next())
  const unread = database.table(rows).stream()
  await bench.close(database)
  await withinLimit('a stream that is read at close', () => pending)
  for (const stream of [...streams, unread])
    await expectRefusal('next() after close', 'CLOSED', () => withinLimit('next()', () => drain(stream)))
  expectNothingHeld('close', storm)
}

/** Streams that begin one turn after another are at different steps when close comes: none ends as if it were whole. */
async function closeAtEveryStep(database: Database, _storm: Storm, bench: Bench): Promise<void> {
  const reading: Promise<Outcome<unknown[]>>[] = []
  for (let turn = 0; turn < turnsBeforeClose; turn += 1) {
    reading.push(outcomeOf(() => Array.fromAsync(database.table(owners).stream())))
    await Promise.resolve()
  }
  await bench.close(database)
  for (const outcome of await withinLimit('streams beside close', () => Promise.all(reading))) {
    const fits =
      outcome.kind === 'value'
        ? outcome.value.length === ownerCount
        : isHoldfastError(outcome.error) && outcome.error.code === 'CLOSED'
    expectThat(fits, 'all rows, or HoldfastError CLOSED', describeOutcome(outcome))
  }
}

async function drain(stream: RowStream<unknown>): Promise<void> {
  for await (const _ of stream);
}

import type { Bench } from '../../bench.js'
import { fixedProperty } from '../../property.js'
import { expectRefusal, expectRows, expectSame, outcomeOf } from '../../report/expect.js'
import { withinLimit } from '../../time-limit.js'
import { handleOf } from '../../untyped.js'
import type { AnyHandle } from '../../untyped.js'
import { below, createItems, item, items, itemsFrom, withItems } from '../items.js'

const size = 5000

/** Streams end when they are left, in whatever way, and leave nothing open behind them. */
export const streamsLeaveNothing = fixedProperty({
  name: 'queries/streams',
  rules: [],
  cases: [
    { name: 'a stream gives all rows in order, one by one and in batches', check: wholeStream },
    { name: 'break after any number of rows frees what is held', check: breakAnywhere },
    { name: 'an error in the loop comes through and frees what is held', check: errorInTheLoop },
    { name: 'an abort before and within a stream', check: aborted },
    { name: 'many streams at once, read in turns', check: manyStreams },
    { name: 'a write while a stream is open', check: writeWhileStreaming },
    { name: 'closing the database ends open streams', check: closeWhileStreaming },
    { name: 'a stream can be iterated once, and ended twice', check: iteratedOnce },
    { name: 'a stream inside a transaction', check: streamInTransaction },
  ],
})

async function wholeStream(bench: Bench): Promise<void> {
  const rows = itemsFrom(1, size)
  await withItems(bench, rows, async (database, table) => {
    expectRows('stream()', await withinLimit('stream', () => Array.fromAsync(table.stream())), rows)
    expectRows('batches()', (await Array.fromAsync(table.batches())).flat(), rows)
    const filtered = await Array.fromAsync(below(database, 4).stream())
    expectRows('stream() of a filter', filtered, itemsFrom(1, 3))
    expectRows('stream() of nothing', await Array.fromAsync(below(database, 0).stream()), [])
  })
}

async function breakAnywhere(bench: Bench): Promise<void> {
  await withItems(bench, itemsFrom(1, size), async (_database, table) => {
    for (const count of [1, 2, 999, 1000, 1001, 3000]) {
      let seen = 0
      for await (const _row of table.stream()) {
        seen += 1
        if (seen === count) break
      }
      expectSame('the rows before the break', seen, count)
      await expectWritable(table)
    }
    for await (const batch of table.batches()) {
      expectSame('the first row of the first batch', batch[0], item(1))
      break
    }
    await expectWritable(table)
    const untouched = table.stream()
    await untouched[Symbol.asyncDispose]()
    await expectWritable(table)
  })
}

/** Nothing is locked and nothing is busy: the table can be written and read. */
async function expectWritable(table: AnyHandle): Promise<void> {
  await withinLimit('a write after a stream', () => table.insert(item(-1, { amount: 0 })))
  expectSame(
    'a delete after a stream',
    await withinLimit('a delete after a stream', () => table.delete(-1)),
    true,
  )
}

async function errorInTheLoop(bench: Bench): Promise<void> {
  const mine = new Error('mine')
  await withItems(bench, itemsFrom(1, size), async (_database, table) => {
    const outcome = await outcomeOf(async () => {
      for await (const row of table.stream()) if (row['id'] === 1500) throw mine
    })
    expectSame('the error comes through', outcome.kind === 'error' && outcome.error === mine, true)
    await expectWritable(table)
  })
}

async function aborted(bench: Bench): Promise<void> {
  await withItems(bench, itemsFrom(1, size), async (_database, table) => {
    const before = AbortSignal.abort()
    await expectRefusal('a stream with an aborted signal', 'ABORTED', () =>
      Array.fromAsync(table.stream({ signal: before })),
    )
    await expectRefusal('all() with an aborted signal', 'ABORTED', () => table.all({ signal: before }))
    const controller = new AbortController()
    let seen = 0
    await expectRefusal('an abort within a stream', 'ABORTED', async () => {
      for await (const _row of table.stream({ signal: controller.signal })) {
        seen += 1
        if (seen === 10) controller.abort()
      }
    })
    expectSame('the stream stopped before its end', seen < size, true)
    await expectWritable(table)
  })
}

async function manyStreams(bench: Bench): Promise<void> {
  // More rows than travel together, so that no stream has all of its rows at its first step.
  const rows = 2500
  await withItems(bench, itemsFrom(1, rows), async (_database, table) => {
    const streams = Array.from({ length: 6 }, () => table.stream())
    for (let position = 1; position <= rows; position += 1) {
      for (const stream of streams) {
        const { value } = await withinLimit('next() of one of many streams', () => stream.next())
        expectSame('a row of one of many streams', value, item(position))
      }
    }
    for (const stream of streams)
      expectSame('the end of one of many streams', (await stream.next()).done, true)
    await expectWritable(table)
  })
}

async function writeWhileStreaming(bench: Bench): Promise<void> {
  await withItems(bench, itemsFrom(1, size), async (_database, table) => {
    const seen: unknown[] = []
    for await (const row of table.stream()) {
      seen.push(row['id'])
      if (seen.length === 5) await withinLimit('a write while a stream is open', () => table.delete(size))
      if (seen.length === 6)
        await withinLimit('an insert while a stream is open', () => table.insert(item(size + 1)))
      if (seen.length === 7) await withinLimit('a delete of what was read already', () => table.delete(1))
    }
    const ids = itemsFrom(1, size).map(({ id }) => id)
    expectSame('the rows as they were when the first was asked for', seen, ids, ['WRITE-8'])
    expectSame('the number of rows afterwards', await table.count(), size - 1)
  })
}

async function closeWhileStreaming(bench: Bench): Promise<void> {
  const database = await bench.open()
  const table = await createItems(database, itemsFrom(1, size))
  const stream = table.stream()
  expectSame('the first row', (await stream.next()).value, item(1))
  await bench.close(database)
  await expectRefusal('next() after close', 'CLOSED', async () => {
    for (let steps = 0; steps <= size; steps += 1) {
      const { done } = await withinLimit('next() after close', () => stream.next())
      if (done === true) throw new Error('The stream ended as if that were all.')
    }
  })
}

async function iteratedOnce(bench: Bench): Promise<void> {
  await withItems(bench, itemsFrom(1, 3), async (_database, table) => {
    const stream = table.stream()
    expectRows('the first time', await Array.fromAsync(stream), itemsFrom(1, 3))
    const again = await outcomeOf(() => Array.fromAsync(stream))
    expectSame('the second time gives no row', again.kind === 'error' || again.value.length === 0, true)
    await stream.return()
    await stream.return()
    await stream[Symbol.asyncDispose]()
    await expectWritable(table)
  })
}

async function streamInTransaction(bench: Bench): Promise<void> {
  await withItems(bench, itemsFrom(1, 2000), async (database, table) => {
    await database.transaction(async (transaction) => {
      const inside = handleOf(transaction, items)
      await inside.insert(item(0))
      let seen = 0
      for await (const row of inside.stream()) {
        expectSame('a row of a stream inside', row['id'], seen)
        seen += 1
        if (seen === 1500) break
      }
      await inside.delete(0)
      expectSame('the rows of a whole stream inside', (await Array.fromAsync(inside.stream())).length, 2000)
    })
    await expectWritable(table)
  })
}

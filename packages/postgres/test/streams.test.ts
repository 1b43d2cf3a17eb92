import { count } from '@holdfast/core'
import { expect, test } from 'vitest'
import { batchSize } from '../src/row-stream.js'
import { itemRows, items, opened, openedWithItems, otherProgram } from './databases.js'
import { expectNoneLent } from './free.js'

const much = 20_000

/** Far more bytes than wait between the two at any time. */
async function openedWithMuch(applicationName: string) {
  const database = await opened({ applicationName, max: 2 })
  await database.ensure(items)
  const name = 'x'.repeat(2000)
  await database.table(items).insert(itemRows(much).map(({ id }) => ({ id, name })))
  const client = await otherProgram()
  const waits = async () => {
    const text =
      "select state || ' ' || coalesce(wait_event, '') as what from pg_stat_activity where application_name = $1"
    const { rows } = await client.query<{ what: string }>(text, [applicationName])
    return rows.map(({ what }) => what)
  }
  return { database, waits }
}

test('a stream that nobody reads keeps the server waiting, not the memory filling', async () => {
  const { database, waits } = await openedWithMuch('stream that waits')
  const stream = database.table(items).stream()
  expect((await stream.next()).value?.id).toBe(0)
  await expect.poll(waits).toContain('active ClientWrite')
  let seen = 1
  for await (const row of stream) expect(row.id).toBe(seen++)
  expect(seen).toBe(much)
  await expectNoneLent(database)
})

test('a stream that is left ends its statement at the server, and gives its connection back', async () => {
  const { database, waits } = await openedWithMuch('stream that is left')
  const process = async () => (await database.sql`select pg_backend_pid() as pid`)[0]?.['pid']
  const before = await process()
  for (let round = 0; round < 10; round++) {
    const controller = new AbortController()
    for await (const row of database.table(items).stream({ signal: controller.signal })) {
      expect(row.id).toBe(0)
      // Also where both ways to end it meet.
      if (round % 2 === 1) controller.abort()
      break
    }
    expect(await waits()).not.toContain('active ClientWrite')
    await expectNoneLent(database)
  }
  expect(await process()).toBe(before)
})

test('a stream of a transaction fetches as it is read, and leaves nothing open', async () => {
  const { database } = await openedWithMuch('stream of a transaction')
  await database.transaction(async (tx) => {
    const open = async () => (await tx.sql`select name from pg_cursors where name like 'holdfast%'`).length
    for await (const row of tx.table(items).stream()) {
      expect(row.id).toBe(0)
      expect(await open()).toBe(1)
      break
    }
    expect(await open()).toBe(0)
    expect((await Array.fromAsync(tx.table(items).stream())).length).toBe(much)
    expect(await open()).toBe(0)
  })
  expect(much).toBeGreaterThan(10 * batchSize)
})

test('a limit is the server’s: no more rows come than are asked for', async () => {
  const database = await openedWithItems(5000)
  const handle = database.table(items)
  const queries = [
    handle.limit(10),
    handle.orderBy((row) => row.name.desc()).limit(10),
    handle
      .where((row) => row.name.endsWith('7'))
      .offset(3)
      .limit(10),
    handle
      .groupBy((row) => ({ last: row.id.modulo(100) }))
      .select(() => ({ rows: count() }))
      .limit(10),
  ]
  for (const query of queries) {
    const { rows, stats } = await query.run()
    expect([rows.length, stats.rowsFetched, stats.nodesTaken]).toEqual([10, 10, stats.nodes])
  }
})

test('statements are prepared once for each connection, whatever their values are', async () => {
  const database = await openedWithItems(100, { max: 1 })
  for (let id = 0; id < 20; id++) {
    await database.table(items).get(id)
    await database.table(items).patch(id, { name: `again ${id}` })
    await database
      .table(items)
      .where((row) => row.id.lt(id))
      .count()
  }
  const prepared = await database.sql`
    select name, generic_plans + custom_plans as runs from pg_prepared_statements where statement like '%items%'`
  const often = prepared.filter(({ runs }) => Number(runs) >= 20)
  expect(often).toHaveLength(3)
  expect(often.every(({ name }) => /^h\d+$/.test(String(name)))).toBe(true)
})

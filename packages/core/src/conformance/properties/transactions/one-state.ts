import type { Database, OpenOptions } from '../../../database/database-types.js'
import { tableFromDefinition } from '../../../schema/table.js'
import type { TableDefinition } from '../../../schema/types.js'
import { call } from '../../generate/expressions/call.js'
import { databaseName } from '../../generate/query-case.js'
import type { Bench } from '../../bench.js'
import type { FixedCase } from '../../property.js'
import { fixedProperty } from '../../property.js'
import { expectSame } from '../../report/expect.js'
import { withinLimit } from '../../time-limit.js'
import { handleOf } from '../../untyped.js'
import type { AnyQuery } from '../../untyped.js'
import type { Relation } from '../../../relation/types.js'

const rules = ['WRITE-8']
const rowsOfTable = 6
const rounds = 40
const readers = 4

const sideOf = (name: string): TableDefinition => ({
  name,
  columns: [
    { name: `${name}_id`, type: { name: 'integer' }, nullable: false },
    { name: `${name}_state`, type: { name: 'integer' }, nullable: false },
  ],
  primaryKey: [`${name}_id`],
  indexes: [],
  checks: [],
})
const left = sideOf('l')
const right = sideOf('r')

const joined: Relation = {
  node: 'join',
  kind: 'inner',
  left: { node: 'scan', table: left, database: databaseName },
  right: { node: 'scan', table: right, database: databaseName },
  condition: call('equal', [
    { kind: 'column', name: 'l_id' },
    { kind: 'column', name: 'r_id' },
  ]),
}

type Read = (query: AnyQuery) => Promise<readonly Record<string, unknown>[]>

const ways: Readonly<Record<string, Read>> = {
  'read whole': (query) => query.all(),
  'read as a stream': (query) => Array.fromAsync(query.stream()),
  'read page by page of one page': async (query) => (await query.page({ size: 100 })).rows,
}

/** A query sees one state of each database, however many times its plan reads it. */
export const queriesSeeOneState = fixedProperty({
  name: 'transactions/one-state',
  rules,
  cases: [
    ...Object.entries(ways).flatMap(([way, read]) =>
      (['auto', 'none'] as const).map((pushdown): FixedCase => {
        return {
          name: `a join beside transactions, ${way}, pushdown ${pushdown}`,
          check: (bench) => besideTransactions(bench, { pushdown }, read),
        }
      }),
    ),
    { name: 'a stream that is left, or whose reader writes, keeps nobody waiting', check: streamsLetWrite },
  ],
})

async function withSides(
  bench: Bench,
  options: OpenOptions,
  work: (database: Database, query: AnyQuery) => Promise<void>,
): Promise<void> {
  const database = await bench.open(options)
  for (const side of [left, right]) {
    await database.create(tableFromDefinition(side))
    const rows = Array.from({ length: rowsOfTable }, (_, id) => ({
      [`${side.name}_id`]: id,
      [`${side.name}_state`]: 0,
    }))
    await handleOf(database, side).insert(rows)
  }
  await work(database, database.query(joined))
  await bench.close(database)
}

/** Gives all rows of both tables another state. */
function advance(database: Database, state: number): Promise<void> {
  return database.transaction(
    async (transaction) => {
      for (const side of [left, right])
        await transaction
          .query({ node: 'scan', table: side, database: databaseName })
          .update({ [`${side.name}_state`]: state })
    },
    { retry: { attempts: 50 } },
  )
}

async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) await Promise.resolve()
}

/** Over all rounds each reader begins one turn later than the one before, so that some begin at every step of a commit. */
async function besideTransactions(bench: Bench, options: OpenOptions, read: Read): Promise<void> {
  await withSides(bench, options, async (database, query) => {
    for (let state = 1; state <= rounds; state += 1) {
      const writing = advance(database, state)
      const reading = Array.from({ length: readers }, async (_, reader) => {
        await turns(readers * (state - 1) + reader)
        return read(query)
      })
      const answers = await withinLimit('reads beside a transaction', () => Promise.all(reading))
      await withinLimit('the transaction', () => writing)
      for (const rows of answers) {
        const states = new Set(rows.flatMap((row) => [row['l_state'], row['r_state']]))
        expectSame('the number of rows', rows.length, rowsOfTable, rules)
        expectSame('the number of states that the answer shows', states.size, 1, rules)
      }
    }
  })
}

async function streamsLetWrite(bench: Bench): Promise<void> {
  await withSides(bench, { pushdown: 'none' }, async (database, query) => {
    let state = 0
    for await (const row of query.stream()) {
      expectSame('the states of a row', [row['l_state'], row['r_state']], [0, 0], rules)
      state += 1
      await withinLimit('a transaction within the loop', () => advance(database, state))
    }
    expectSame('the rows of the stream', state, rowsOfTable, rules)
    for await (const _ of query.stream()) break
    await withinLimit('a transaction after it', () => advance(database, state + 1))
    const rows = await query.all()
    expectSame(
      'the states afterwards',
      rows.map((row) => row['r_state']),
      rows.map(() => state + 1),
      rules,
    )
  })
}

import type { DuckDBConnection, DuckDBPreparedStatement } from '@duckdb/node-api'
import { settingsOf } from '../../../backends/index.ts'
import type { Arm } from '../../../contract/arm.ts'
import { dataset, fieldNames, type Account } from '../../../data/accounts.ts'
import { openDuckdb, duckdbPackages } from '../../../databases/duckdb.ts'
import { fillElsewhere } from '../../../databases/fill.ts'
import type { YcsbSession } from '../session.ts'

const columns = ['key', ...fieldNames] as const

/** Prepared statements; each call that is under way has a connection to itself, which the next one takes over. */
export const duckdbApi: Arm<YcsbSession> = {
  name: '@duckdb/node-api',
  engine: 'duckdb',
  kind: 'bare',
  packages: duckdbPackages,
  settings: settingsOf.duckdb,
  async open(setting) {
    await fillElsewhere('duckdb', setting, dataset)
    const opened = await openDuckdb(setting)
    const idle: Statements[] = [await prepare(opened.connection)]
    const using = async <Result>(work: (statements: Statements) => Promise<Result>): Promise<Result> => {
      const statements = idle.pop() ?? (await prepare(await opened.connect()))
      try {
        return await work(statements)
      } finally {
        idle.push(statements)
      }
    }
    return {
      session: {
        read: (key) => using(async ({ read }) => (await rowsOf(read, key))[0]),
        update: (key, field, value) => using(({ updates }) => again(() => run(updates[field]!, value, key))),
        insert: (account) => using(({ insert }) => run(insert, ...columns.map((name) => account[name]))),
        scan: (start, count) =>
          using(({ scan }) => {
            scan.bindInteger(2, count)
            return rowsOf(scan, start)
          }),
        readModifyWrite: (key, field, change) =>
          using(({ connection, read, updates }) =>
            again(async () => {
              await connection.run('begin')
              try {
                const [found] = await rowsOf(read, key)
                await run(updates[field]!, change(found![field]), key)
                await connection.run('commit')
              } catch (error) {
                await connection.run('rollback').catch(() => undefined)
                throw error
              }
            }),
          ),
        async *everything() {
          const result = await opened.connection.stream('select * from accounts')
          for await (const rows of result.yieldRowObjects()) yield* rows as unknown as Account[]
        },
        restore: (changed, added) =>
          using(async ({ connection, insert, remove }) => {
            await connection.run('begin')
            for (const key of [...changed.map((account) => account.key), ...added]) await run(remove, key)
            await connection.run('commit')
            await connection.run('begin')
            for (const account of changed) await run(insert, ...columns.map((name) => account[name]))
            await connection.run('commit')
            await connection.run('checkpoint')
          }),
      },
      settle: () => using(async ({ connection }) => void (await connection.run('checkpoint'))),
      close: () => opened.close(),
    }
  },
}

interface Statements {
  readonly connection: DuckDBConnection
  readonly read: DuckDBPreparedStatement
  readonly scan: DuckDBPreparedStatement
  readonly updates: Readonly<Record<string, DuckDBPreparedStatement>>
  readonly insert: DuckDBPreparedStatement
  readonly remove: DuckDBPreparedStatement
}

async function prepare(connection: DuckDBConnection): Promise<Statements> {
  const updates: Record<string, DuckDBPreparedStatement> = {}
  for (const name of fieldNames)
    updates[name] = await connection.prepare(`update accounts set ${name} = $1 where key = $2`)
  return {
    connection,
    read: await connection.prepare('select * from accounts where key = $1'),
    scan: await connection.prepare('select * from accounts where key >= $1 order by key limit $2'),
    updates,
    insert: await connection.prepare(
      `insert into accounts values (${columns.map((_, index) => `$${index + 1}`).join()})`,
    ),
    remove: await connection.prepare('delete from accounts where key = $1'),
  }
}

function run(statement: DuckDBPreparedStatement, ...texts: readonly string[]) {
  texts.forEach((text, index) => statement.bindVarchar(index + 1, text))
  return statement.run()
}

async function rowsOf(statement: DuckDBPreparedStatement, ...texts: readonly string[]): Promise<Account[]> {
  return (await (await run(statement, ...texts)).getRowObjects()) as unknown as Account[]
}

/** DuckDB refuses whoever changes a row that another one is changing, instead of letting him wait. */
async function again<Result>(work: () => Promise<Result>): Promise<Result> {
  for (;;) {
    try {
      return await work()
    } catch (error) {
      if (!/conflict/i.test(String(error))) throw error
    }
  }
}

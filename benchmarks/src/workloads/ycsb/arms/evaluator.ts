import { evaluator, referenceName } from '../../../backends/evaluator.ts'
import type { Arm } from '../../../contract/arm.ts'
import { account, accounts } from '../../../data/accounts.ts'
import type { Account } from '../../../data/accounts.ts'
import { firstFrom, loadedAccounts } from '../loaded.ts'
import type { YcsbSession } from '../session.ts'
import { sessionOf } from './holdfast.ts'

/**
 * Core over rows in memory, as for all workloads, but with those accounts alone that a run asks for: each is put into the table
 * before the first operation that could find it, and core answers from there. With nothing pushed down a scan looks at every
 * row, and a million accounts take gigabytes, so that a run over all of them would have no end.
 */
export const evaluatorArm: Arm<YcsbSession> = {
  name: referenceName,
  engine: evaluator.name,
  kind: 'holdfast',
  packages: evaluator.packages,
  settings: evaluator.settings,
  async open({ rows, seed, ...setting }) {
    const { open } = await import('@holdfast/core')
    const database = await open(await evaluator.backend({ rows, seed, ...setting }), evaluator.options)
    await database.ensure(accounts)
    const table = database.table(accounts)
    const session = sessionOf(database, () => Promise.resolve())
    const { keys, numbers } = loadedAccounts(rows)
    /** The accounts that have been put into the table, or are on their way there. */
    const there = new Map<string, Promise<unknown>>()

    const need = async (...wanted: readonly string[]): Promise<void> => {
      const missing = wanted.filter((key) => numbers.has(key) && !there.has(key))
      const put = table.insert(missing.map((key) => account(numbers.get(key)!, seed)))
      for (const key of missing) there.set(key, put)
      for (const key of wanted) await there.get(key)
    }

    return {
      session: {
        async read(key) {
          await need(key)
          return session.read(key)
        },
        async update(key, field, value) {
          await need(key)
          return session.update(key, field, value)
        },
        insert: session.insert,
        async scan(start, count) {
          const first = firstFrom(keys, start)
          await need(...keys.slice(first, first + count))
          return session.scan(start, count)
        },
        async readModifyWrite(key, field, change) {
          await need(key)
          return session.readModifyWrite(key, field, change)
        },
        async *everything(): AsyncGenerator<Account, void, void> {
          yield* table.stream()
          for (const [key, number] of numbers) if (!there.has(key)) yield account(number, seed)
        },
        async restore() {
          await table.clear()
          there.clear()
        },
      },
      close: () => database.close(),
    }
  },
}

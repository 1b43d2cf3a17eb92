import type { Database } from '@holdfast/core'
import type { Arm, HoldfastEngine } from '../../../contract/arm.ts'
import { accounts, dataset } from '../../../data/accounts.ts'
import { openHoldfast } from '../../../databases/holdfast.ts'
import type { YcsbSession } from '../session.ts'

/** What a transaction that others were faster than does: again, until it is its turn. */
const retry = { attempts: 100, delay: 1, maximumDelay: 50 }

export const holdfastArm = (engine: HoldfastEngine): Arm<YcsbSession> => ({
  name: 'holdfast',
  engine: engine.name,
  kind: 'holdfast',
  packages: engine.packages,
  settings: engine.settings,
  async open(setting) {
    const database = await openHoldfast(engine, setting, dataset)
    const settle = async () => void (await engine.settle?.(database))
    return {
      session: sessionOf(database, settle),
      settle,
      close: () => database.close(),
    }
  },
})

export function sessionOf(database: Database, settle: () => Promise<void>): YcsbSession {
  const table = database.table(accounts)
  return {
    read: (key) => table.get(key),
    update: (key, field, value) => table.patch(key, { [field]: value }),
    insert: (account) => table.insert(account),
    scan: (start, count) =>
      table
        .where((row) => row.key.ge(start))
        .orderBy((row) => row.key)
        .limit(count)
        .all(),
    readModifyWrite: (key, field, change) =>
      database.transaction(
        async (transaction) => {
          const found = await transaction.table(accounts).require(key)
          await transaction.table(accounts).patch(key, { [field]: change(found[field]) })
        },
        { retry },
      ),
    everything: () => table.stream(),
    async restore(changed, added) {
      await table.patchMany(changed.map(({ key, ...set }) => ({ key, set })))
      await table.deleteMany(added)
      await settle()
    },
  }
}

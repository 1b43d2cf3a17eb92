/** unstorage as its guide advises: one storage over a driver; on SQL engines that of db0. */

import type { Connector } from 'db0'
import { createStorage, type Driver } from 'unstorage'
import db0 from 'unstorage/drivers/db0'
import memory from 'unstorage/drivers/memory'
import { clientOf, fileOf } from '../../../backends/index.ts'
import type { Setting } from '../../../contract/arm.ts'
import type { Account } from '../../../data/accounts.ts'
import type { KeyValueStore } from './key-value.ts'

// What the drivers declare names its types by a path that ES modules do not have: hence `as Driver`.

export const openMemory = (): KeyValueStore => storeOf(memory() as Driver)

export async function openSqlite(setting: Setting): Promise<KeyValueStore> {
  const { default: betterSqlite3 } = await import('db0/connectors/better-sqlite3')
  const { database, store } = await openDatabase(betterSqlite3({ path: fileOf(setting, 'sqlite') }))
  await database.exec('pragma journal_mode = wal')
  await database.exec('pragma synchronous = normal')
  return {
    ...store,
    settle: async () => void (await database.exec('pragma wal_checkpoint(truncate)')),
  }
}

/** It has one connection. */
export async function openPostgres(setting: Setting): Promise<KeyValueStore> {
  const { default: postgresql } = await import('db0/connectors/postgresql')
  const { store } = await openDatabase(postgresql(clientOf(setting)))
  return store
}

async function openDatabase(connector: Connector) {
  const { createDatabase } = await import('db0')
  const database = createDatabase(connector)
  const store: KeyValueStore = { ...storeOf(db0({ database }) as Driver), close: () => database.dispose() }
  return { database, store }
}

function storeOf(driver: Driver): KeyValueStore {
  const storage = createStorage<Account>({ driver })
  return {
    session: {
      async read(key) {
        return (await storage.getItem(key)) ?? undefined
      },
      async update(key, field, value) {
        const account = (await storage.getItem(key))!
        await storage.setItem(key, { ...account, [field]: value })
      },
      insert: (account) => storage.setItem(account.key, account),
    },
    setMany: (accounts) =>
      storage.setItems(accounts.map((account) => ({ key: account.key, value: account }))),
    async removeMany(keys) {
      for (const key of keys) await storage.removeItem(key)
    },
    async *everything() {
      for (const key of await storage.getKeys()) yield (await storage.getItem(key))!
    },
    close: () => storage.dispose(),
  }
}

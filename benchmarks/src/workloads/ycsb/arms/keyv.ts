/** Keyv as its guide advises: one instance over a store, values as it serializes them itself. */

import { Keyv, type KeyvStorageAdapter } from 'keyv'
import { fileOf } from '../../../backends/index.ts'
import type { Setting } from '../../../contract/arm.ts'
import type { Account } from '../../../data/accounts.ts'
import type { KeyValueStore } from './key-value.ts'

export const openMemory = (): KeyValueStore => storeOf(new Keyv({ throwOnErrors: true }))

/** With the write-ahead log, better-sqlite3 has `synchronous` NORMAL by itself. */
export async function openSqlite(setting: Setting): Promise<KeyValueStore> {
  const { KeyvSqlite } = await import('@keyv/sqlite')
  const store = new KeyvSqlite({
    uri: `sqlite://${fileOf(setting, 'sqlite')}`,
    driver: 'better-sqlite3',
    wal: true,
  })
  return {
    ...storeOf(keyvOn(store)),
    settle: async () => void (await store.query('pragma wal_checkpoint(truncate)')),
  }
}

/** It makes a pool of ten connections, as pg does by itself. */
export async function openPostgres(setting: Setting): Promise<KeyValueStore> {
  const { KeyvPostgres } = await import('@keyv/postgres')
  const { url, schema } = setting.server!
  return storeOf(keyvOn(new KeyvPostgres({ uri: url, schema })))
}

const keyvOn = (store: KeyvStorageAdapter) => new Keyv({ store, throwOnErrors: true })

function storeOf(keyv: Keyv): KeyValueStore {
  return {
    session: {
      read: (key) => keyv.get<Account>(key),
      async update(key, field, value) {
        const account = await keyv.get<Account>(key)
        await keyv.set(key, { ...account, [field]: value })
      },
      insert: (account) => keyv.set(account.key, account),
    },
    setMany: (accounts) => keyv.setMany(accounts.map((account) => ({ key: account.key, value: account }))),
    removeMany: (keys) => keyv.deleteMany([...keys]),
    async *everything() {
      for await (const [, account] of keyv.iterator()) yield account as Account
    },
    close: () => keyv.disconnect(),
  }
}

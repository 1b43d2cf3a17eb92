import { keyOfRow, keyValueBackend } from '@holdfast/core/backend'
import type { Backend, Key, Search } from '@holdfast/core/backend'
import { LevelEngine } from '../src/engine.ts'
import { LevelStore, openLevel } from '../src/store.ts'

/** Full text where the engine has no index for it: every row is looked at. One that has an index asks it here. */
export class SearchingEngine extends LevelEngine {
  async search({ table, columns, query, limit }: Search): Promise<readonly Key[]> {
    const wanted = wordsOf(query)
    const keyOf = keyOfRow(table)
    const found: { key: Key; hits: number }[] = []
    const stored = this.table(table.name)
    for await (const batch of this.rows(stored, stored.rows, [...table.primaryKey, ...columns])) {
      for (const row of batch) {
        const words = columns.flatMap((name) => wordsOf(String(row[name] ?? '')))
        const hits = words.filter((word) => wanted.includes(word)).length
        if (wanted.every((word) => words.includes(word))) found.push({ key: keyOf(row), hits })
      }
    }
    found.sort((left, right) => right.hits - left.hits)
    return found.slice(0, limit).map(({ key }) => key)
  }
}

export function searchingLevel(path: string): Backend {
  return keyValueBackend({
    name: 'level',
    durable: true,
    capabilities: { fullTextSearch: true },
    open: async () => new LevelStore(await openLevel(path), false),
    engine: (store) => new SearchingEngine(store),
  })
}

const wordsOf = (text: string): readonly string[] => text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Change } from '../../src/backend/types.js'
import type { StoredRow, TableDefinition } from '../../src/schema/types.js'
import { writes } from './changes.js'
import { KeyValueEngine } from './key-value-engine.js'
import { Model } from './model.js'
import { attempt, contents, sorted } from './observe.js'
import { accounts, events } from './tables.js'

const account = (id: number, email: string | null): StoredRow => ({
  id,
  email,
  region: 'x',
  number: null,
  revision: 1,
})
const insert = (table: TableDefinition, ...rows: StoredRow[]): Change => ({
  kind: 'insert',
  table,
  rows,
  onConflict: 'error',
})

describe('applyChanges', () => {
  test('does what the model does, counts what it counts and refuses what it refuses', async () => {
    await fc.assert(
      fc.asyncProperty(writes, async ([table, sequence]) => {
        const engine = new KeyValueEngine(table)
        const model = new Model(table)
        for (const changes of sequence) {
          const expected = model.write(changes)
          expect(await attempt(engine, changes)).toEqual(expected)
          expect(await contents(engine, table)).toEqual(sorted(table, model.rows))
        }
      }),
      { numRuns: 1000 },
    )
  })

  test('leaves the rows given as they are', async () => {
    await fc.assert(
      fc.asyncProperty(writes, async ([table, sequence]) => {
        const engine = new KeyValueEngine(table)
        const before = structuredClone(sequence)
        for (const changes of sequence) await attempt(engine, changes)
        expect(sequence).toEqual(before)
      }),
      { numRuns: 200 },
    )
  })

  test('names table and key of a refused row', async () => {
    const engine = new KeyValueEngine(accounts)
    await engine.write({ changes: [insert(accounts, account(1, 'a@x'))] })
    await expect(engine.write({ changes: [insert(accounts, account(1, null))] })).rejects.toMatchObject({
      code: 'DUPLICATE_KEY',
      table: 'accounts',
      key: 1,
    })
    await expect(engine.write({ changes: [insert(accounts, account(2, 'a@x'))] })).rejects.toMatchObject({
      code: 'UNIQUE_VIOLATION',
      table: 'accounts',
      key: 2,
    })
    const keys = [{ key: [1], version: 7 }]
    await expect(
      engine.write({ changes: [{ kind: 'delete', table: accounts, keys }] }),
    ).rejects.toMatchObject({
      code: 'VERSION_MISMATCH',
      table: 'accounts',
      key: 1,
    })
  })

  test('lets unique values move from row to row when the first gives them up first', async () => {
    const engine = new KeyValueEngine(accounts)
    await engine.write({ changes: [insert(accounts, account(1, 'a@x'), account(2, 'b@x'))] })
    const patches = [
      { key: [1], set: { email: null } },
      { key: [2], set: { email: 'a@x' } },
      { key: [1], set: { email: 'b@x' } },
    ]
    await engine.write({ changes: [{ kind: 'patch', table: accounts, patches }] })
    expect((await contents(engine, accounts)).map((row) => row['email'])).toEqual(['b@x', 'a@x'])
  })

  test('refuses to generate a key past the greatest of the type', async () => {
    const greatest = 2n ** 63n - 1n
    const engine = new KeyValueEngine(events)
    await engine.write({ changes: [insert(events, { id: greatest - 1n, kind: 'x' }, { kind: 'last' })] })
    await expect(engine.write({ changes: [insert(events, { kind: 'more' })] })).rejects.toMatchObject({
      code: 'LIMIT_EXCEEDED',
    })
    expect((await contents(engine, events)).map((row) => row['id'])).toEqual([greatest - 1n, greatest])
  })

  test('generates keys from 1 also after a negative one was given', async () => {
    const engine = new KeyValueEngine(events)
    const result = await engine.write({ changes: [insert(events, { id: -5n, kind: 'x' }, { kind: 'y' })] })
    expect(result.generated).toEqual([[-5n, 1n]])
  })

  test('counts keys that another session used up', async () => {
    const engine = new KeyValueEngine(events)
    await engine.write({ changes: [], lastKeys: [{ table: events, key: 41n }] })
    const result = await engine.write({ changes: [insert(events, { kind: 'x' })] })
    expect(result.generated).toEqual([[42n]])
  })

  test('stops when the caller has aborted, with nothing changed', async () => {
    const engine = new KeyValueEngine(events)
    const write = engine.write({ changes: [insert(events, { kind: 'x' })], signal: AbortSignal.abort() })
    await expect(write).rejects.toMatchObject({ code: 'ABORTED' })
    expect(await contents(engine, events)).toEqual([])
  })
})

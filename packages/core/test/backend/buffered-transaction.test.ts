import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { bufferedTransaction } from '../../src/backend/buffered-transaction.js'
import type { Change, Engine } from '../../src/backend/types.js'
import { keyOfRow } from '../../src/schema/compare.js'
import type { StoredRow, TableDefinition } from '../../src/schema/types.js'
import { writes } from './changes.js'
import { KeyValueEngine } from './key-value-engine.js'
import { Model } from './model.js'
import { attempt, contents, scanned, sorted } from './observe.js'
import { accounts, events } from './tables.js'

const begin = (engine: Engine) => bufferedTransaction(engine, { readOnly: false })
const insert = (table: TableDefinition, ...rows: StoredRow[]): Change => ({
  kind: 'insert',
  table,
  rows,
  onConflict: 'error',
})
const remove = (table: TableDefinition, ...keys: StoredRow['x'][]): Change => ({
  kind: 'delete',
  table,
  keys: keys.map((key) => ({ key: [key] })),
})
const account = (id: number, email: string | null): StoredRow => ({
  id,
  email,
  region: 'x',
  number: null,
  revision: 1,
})

describe('bufferedTransaction', () => {
  test('reads its own writes as if they had been made, and makes them at commit', async () => {
    await fc.assert(
      fc.asyncProperty(writes, fc.nat(8), async ([table, sequence], outside) => {
        const engine = new KeyValueEngine(table)
        const model = new Model(table)
        for (const changes of sequence.slice(0, outside)) {
          model.write(changes)
          await attempt(engine, changes)
        }
        const before = await contents(engine, table)
        const transaction = begin(engine)
        for (const changes of sequence.slice(outside)) {
          expect(await attempt(transaction, changes)).toEqual(model.write(changes))
          expect(await contents(transaction, table)).toEqual(sorted(table, model.rows))
        }
        expect(await contents(engine, table)).toEqual(before)
        await transaction.commit()
        expect(await contents(engine, table)).toEqual(sorted(table, model.rows))
      }),
      { numRuns: 500 },
    )
  })

  test('undoes to a savepoint, keeps what a released one did', async () => {
    const step = fc.constantFrom('write', 'write', 'write', 'savepoint', 'release', 'rollback')
    await fc.assert(
      fc.asyncProperty(writes, fc.array(step, { size: 'large' }), async ([table, sequence], steps) => {
        const engine = new KeyValueEngine(table)
        const model = new Model(table)
        model.write(sequence[0]!)
        await attempt(engine, sequence[0]!)
        const transaction = begin(engine)
        const savepoints: {
          ended: Awaited<ReturnType<typeof transaction.savepoint>>
          rows: StoredRow[]
          lastKey: number | bigint
        }[] = []
        let next = 0
        for (const what of steps) {
          if (what === 'write') {
            const changes = sequence[next++ % sequence.length]!
            expect(await attempt(transaction, changes)).toEqual(model.write(changes))
          } else if (what === 'savepoint') {
            savepoints.push({
              ended: await transaction.savepoint(),
              rows: model.rows,
              lastKey: model.lastKey,
            })
          } else {
            // Sometimes an outer one, which ends those opened after it.
            const [savepoint] = savepoints.splice(-1 - (next % 2))
            if (savepoint === undefined) continue
            await savepoint.ended[what]()
            if (what === 'rollback') ({ rows: model.rows, lastKey: model.lastKey } = savepoint)
          }
          expect(await contents(transaction, table)).toEqual(sorted(table, model.rows))
        }
        await transaction.commit()
        expect(await contents(engine, table)).toEqual(sorted(table, model.rows))
      }),
      { numRuns: 500 },
    )
  })

  test('gives a unique value free when a row lost it above a savepoint', async () => {
    const transaction = begin(new KeyValueEngine(accounts))
    await transaction.write({ changes: [insert(accounts, account(1, 'a@x'))] })
    const savepoint = await transaction.savepoint()
    const patches = [{ key: [1], set: { email: null } }]
    await transaction.write({ changes: [{ kind: 'patch', table: accounts, patches }] })
    await transaction.write({ changes: [insert(accounts, account(2, 'a@x'))] })
    await savepoint.rollback()
    expect(await attempt(transaction, [insert(accounts, account(3, 'a@x'))])).toEqual({
      code: 'UNIQUE_VIOLATION',
    })
  })

  test('leaves nothing behind when it is rolled back', async () => {
    await fc.assert(
      fc.asyncProperty(writes, async ([table, sequence]) => {
        const engine = new KeyValueEngine(table)
        const transaction = begin(engine)
        for (const changes of sequence) await attempt(transaction, changes)
        await transaction.rollback()
        expect(await contents(engine, table)).toEqual([])
      }),
      { numRuns: 50 },
    )
  })

  test('finds by key what it would find by a scan', async () => {
    await fc.assert(
      fc.asyncProperty(writes, async ([table, sequence]) => {
        const transaction = begin(new KeyValueEngine(table))
        for (const changes of sequence) await attempt(transaction, changes)
        const columns = table.columns.map((column) => column.name)
        for (const row of await contents(transaction, table)) {
          const key = keyOfRow(table)(row)
          expect(await transaction.get?.(table, key)).toEqual(row)
          const found: StoredRow[] = []
          for await (const batch of transaction.scan({ table, columns, keys: [key] })) found.push(...batch)
          expect(found).toEqual([row])
        }
      }),
      { numRuns: 100 },
    )
  })

  test('keeps the key order of the engine', async () => {
    const engine = new KeyValueEngine(events)
    await engine.write({ changes: [insert(events, ...[2n, 4n, 6n, 8n].map((id) => ({ id, kind: 'x' })))] })
    const transaction = begin(engine)
    await transaction.write({
      changes: [remove(events, 4n), insert(events, ...[9n, 1n, 5n].map((id) => ({ id, kind: 'y' })))],
    })
    expect((await scanned(transaction, events)).map((row) => row['id'])).toEqual([1n, 2n, 5n, 6n, 8n, 9n])
  })

  test('a scan sees the state at its first batch', async () => {
    const transaction = begin(new KeyValueEngine(events))
    await transaction.write({ changes: [insert(events, { kind: 'a' }, { kind: 'b' })] })
    const kinds: unknown[] = []
    for await (const batch of transaction.scan({ table: events, columns: ['kind'] })) {
      kinds.push(...batch.map((row) => row['kind']))
      await transaction.write({ changes: [remove(events, 1n, 2n), insert(events, { kind: 'c' })] })
    }
    expect(kinds).toEqual(['a', 'b'])
  })

  test('never gives out again a key whose row it deleted itself', async () => {
    const engine = new KeyValueEngine(events)
    const transaction = begin(engine)
    await transaction.write({ changes: [insert(events, { kind: 'a' })] })
    await transaction.write({ changes: [remove(events, 1n)] })
    await transaction.commit()
    const { generated } = await engine.write({ changes: [insert(events, { kind: 'b' })] })
    expect(generated).toEqual([[2n]])
  })

  test('hands over rows whose unique values went from one to the other', async () => {
    const engine = new KeyValueEngine(accounts)
    await engine.write({ changes: [insert(accounts, account(1, 'a@x'), account(2, 'b@x'))] })
    const transaction = begin(engine)
    for (const [id, email] of [
      [1, null],
      [2, 'a@x'],
      [1, 'b@x'],
    ] as const) {
      const patches = [{ key: [id], set: { email } }]
      await transaction.write({ changes: [{ kind: 'patch', table: accounts, patches }] })
    }
    await transaction.commit()
    expect(await contents(engine, accounts)).toMatchObject([
      { id: 1, email: 'b@x', revision: 3 },
      { id: 2, email: 'a@x', revision: 2 },
    ])
  })

  test('reports a write from elsewhere that it meets at commit as a conflict', async () => {
    const engine = new KeyValueEngine(accounts)
    await engine.write({ changes: [insert(accounts, account(1, 'a@x'))] })
    const [first, second] = [begin(engine), begin(engine)]
    for (const transaction of [first, second]) {
      const patches = [{ key: [1], set: { region: 'y' } }]
      await transaction.write({ changes: [{ kind: 'patch', table: accounts, patches }] })
    }
    await first.commit()
    await expect((async () => second.commit())()).rejects.toMatchObject({ code: 'CONFLICT', retryable: true })
    expect(await contents(engine, accounts)).toMatchObject([{ region: 'y', revision: 2 }])
  })

  test('refuses to write when it was begun to read only', async () => {
    const transaction = bufferedTransaction(new KeyValueEngine(events), { readOnly: true })
    await expect((async () => transaction.write({ changes: [] }))()).rejects.toMatchObject({
      code: 'READ_ONLY',
    })
  })

  test('refuses to generate keys over an engine that does not remember them', async () => {
    const engine: Engine = new KeyValueEngine(events)
    const forgetful: Engine = {
      tables: () => engine.tables(),
      createTable: (table) => engine.createTable(table),
      dropTable: (name) => engine.dropTable(name),
      scan: (request) => engine.scan(request),
      write: (changes) => engine.write(changes),
      close: () => engine.close(),
    }
    const transaction = begin(forgetful)
    expect(await attempt(transaction, [insert(events, { kind: 'a' })])).toEqual({ code: 'UNSUPPORTED' })
    expect(await attempt(transaction, [insert(events, { id: 3n, kind: 'a' })])).toEqual({
      result: { counts: [1], generated: [[3n]] },
    })
  })
})

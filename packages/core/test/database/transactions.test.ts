import { setTimeout } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { HoldfastError, integer, open, table, text } from '../../src/index.js'
import type { Transaction } from '../../src/index.js'
import { codeOf, errorOf } from './errors.js'
import { engineKinds, TestEngine } from './test-engine.js'

const notes = table('notes', { id: integer().primaryKey(), line: text() })
const note = (id: number, line = `line ${id}`) => ({ id, line })

describe.each(engineKinds)('transactions, on an engine $kind', ({ options }) => {
  const opened = async () => {
    const engine = new TestEngine(options)
    const db = await open(engine.backend())
    await db.ensure(notes)
    await db.table(notes).insert([note(1), note(2)])
    return { db, engine, ids: async () => (await db.table(notes).all()).map(({ id }) => id) }
  }

  test('read their own writes, unseen outside, and commit', async () => {
    const { db, ids } = await opened()
    await using _ = db
    const outside: number[][] = []
    let look: () => void = () => undefined
    const asked = new Promise<void>((resolve) => (look = resolve))
    const looking = asked.then(async () => outside.push(await ids()))
    const result = await db.transaction(async (tx) => {
      await tx.table(notes).insert(note(3))
      await tx.table(notes).delete(1)
      await tx
        .table(notes)
        .where((n) => n.id.eq(2))
        .update({ line: 'new' })
      expect(await tx.table(notes).all()).toEqual([note(2, 'new'), note(3)])
      expect(await tx.table(notes).get(1)).toBeUndefined()
      expect(await tx.query(tx.table(notes).toJSON()).count()).toBe(2)
      look()
      await looking
      return 'done'
    })
    expect(result).toBe('done')
    expect(outside).toEqual([[1, 2]])
    expect(await ids()).toEqual([2, 3])
  })

  test('a throw undoes everything, and comes through as it is', async () => {
    const { db, engine, ids } = await opened()
    await using _ = db
    const mine = new RangeError('mine')
    const failing = db.transaction(async (tx) => {
      await tx.table(notes).clear()
      await tx.table(notes).insert(note(9))
      throw mine
    })
    await expect(failing).rejects.toBe(mine)
    expect(await ids()).toEqual([1, 2])
    expect(engine.openTransactions).toBe(0)
    await db.table(notes).insert(note(3))
  })

  test('a nested one that throws undoes only itself', async () => {
    const { db, ids } = await opened()
    await using _ = db
    await db.transaction(async (tx) => {
      await tx.table(notes).insert(note(3))
      const code = await codeOf(() =>
        tx.transaction(async (inner) => {
          await inner.table(notes).insert(note(4))
          await inner.transaction((innermost) => innermost.table(notes).delete(1))
          await inner.table(notes).insert(note(4))
        }),
      )
      expect(code).toBe('DUPLICATE_KEY')
      await tx.transaction((inner) => inner.table(notes).insert(note(5)))
      expect((await tx.table(notes).all()).map(({ id }) => id)).toEqual([1, 2, 3, 5])
    })
    expect(await ids()).toEqual([1, 2, 3, 5])
  })

  test('handles that may not be used fail at once', async () => {
    const { db, ids } = await opened()
    await using _ = db
    let kept: Transaction | undefined
    await db.transaction(async (tx) => {
      kept = tx
      const misused = [
        () => db.table(notes).get(1),
        () => db.table(notes).insert(note(7)),
        () => db.table(notes).stream().next(),
        () => db.transaction(() => 1),
        () => db.tables(),
        () => db.close(),
      ]
      for (const call of misused) expect(await codeOf(call)).toBe('TRANSACTION_MISUSE')
      await tx.transaction(async (inner) => {
        expect(await codeOf(() => tx.table(notes).get(1))).toBe('TRANSACTION_MISUSE')
        expect(await codeOf(() => tx.transaction(() => 1))).toBe('TRANSACTION_MISUSE')
        await inner.table(notes).insert(note(3))
      })
      expect(await codeOf(() => tx.transaction(() => 1, { readOnly: true } as object))).toBe(
        'INVALID_ARGUMENT',
      )
      expect(await codeOf(() => tx.table(notes).join(db.table(notes), (a, b) => a.id.eq(b.id)))).toBe(
        'TRANSACTION_MISUSE',
      )
    })
    expect(await codeOf(() => kept!.table(notes).get(1))).toBe('TRANSACTION_CLOSED')
    expect(await codeOf(() => kept!.transaction(() => 1))).toBe('TRANSACTION_CLOSED')
    expect(await ids()).toEqual([1, 2, 3])
  })

  test('what the callback starts and leaves behind is told, not lost', async () => {
    const { db, engine, ids } = await opened()
    await using _ = db
    const left: Promise<unknown>[] = []
    const code = await codeOf(() =>
      db.transaction(async (tx) => {
        await tx.table(notes).insert(note(3))
        left.push(tx.table(notes).insert(note(4)))
      }),
    )
    expect(code).toBe('TRANSACTION_MISUSE')
    await Promise.allSettled(left)
    const nested = await codeOf(() =>
      db.transaction(async (tx) => {
        left.push(
          tx.transaction(async (inner) => {
            await setTimeout(5)
            await inner.table(notes).insert(note(4))
          }),
        )
      }),
    )
    expect(nested).toBe('TRANSACTION_MISUSE')
    const [, inner] = await Promise.allSettled(left)
    expect(inner?.status).toBe('rejected')
    expect(await ids()).toEqual([1, 2])
    expect(engine.openTransactions).toBe(0)
  })

  test('a stream that is left open ends with its transaction', async () => {
    const { db, engine } = await opened()
    await using _ = db
    const stream = await db.transaction(async (tx) => {
      const rows = tx.table(notes).stream()
      expect((await rows.next()).value).toEqual(note(1))
      return { rows }
    })
    expect(engine.openIterators).toBe(0)
    const rest = async () => {
      for (;;) if ((await stream.rows.next()).done === true) return
    }
    expect(await codeOf(rest)).toBe('TRANSACTION_CLOSED')
    expect(await stream.rows.next()).toEqual({ done: true, value: undefined })
  })

  test('side by side they are one after the other, and all of them count', async () => {
    const { db } = await opened()
    await using _ = db
    const increment = () =>
      db.transaction(async (tx) => {
        const { line } = await tx.table(notes).require(1)
        await setTimeout(1)
        await tx.table(notes).patch(1, { line: `${line}+` })
      })
    await Promise.all(Array.from({ length: 5 }, increment))
    expect((await db.table(notes).require(1)).line).toBe('line 1+++++')
  })

  test('reading only', async () => {
    const { db, ids } = await opened()
    await using _ = db
    await db.transaction(
      async (tx) => {
        expect(await tx.table(notes).count()).toBe(2)
        const writes = [
          () => tx.table(notes).insert(note(3)),
          () => tx.table(notes).patch(1, { line: 'x' }),
          () => tx.table(notes).delete(1),
          () => tx.table(notes).clear(),
          () =>
            tx
              .table(notes)
              .where((n) => n.id.eq(1))
              .update({ line: 'x' }),
          () => tx.drop(notes),
          () => tx.transaction((inner) => inner.table(notes).delete(1)),
        ]
        for (const call of writes) expect(await codeOf(call)).toBe('READ_ONLY')
      },
      { readOnly: true },
    )
    expect(await ids()).toEqual([1, 2])
  })

  test('runs again after what passes, as often as was asked for', async () => {
    const { db, ids } = await opened()
    await using _ = db
    const failing = (code: 'CONFLICT' | 'CONNECTION_LOST' | 'DUPLICATE_KEY', times: number) => {
      let runs = 0
      const work = async (tx: Transaction) => {
        runs++
        await tx.table(notes).put(note(10 + runs))
        if (runs <= times) throw new HoldfastError(code, 'again')
        return runs
      }
      return { work, runs: () => runs }
    }
    const retry = { attempts: 3, delay: 0 }
    expect(await db.transaction(failing('CONFLICT', 2).work, { retry })).toBe(3)
    expect(await ids()).toEqual([1, 2, 13])
    const often = failing('CONFLICT', 9)
    expect(await codeOf(() => db.transaction(often.work, { retry }))).toBe('CONFLICT')
    expect(often.runs()).toBe(3)
    for (const code of ['CONNECTION_LOST', 'DUPLICATE_KEY'] as const) {
      const once = failing(code, 9)
      expect(await codeOf(() => db.transaction(once.work, { retry }))).toBe(code)
      expect(once.runs()).toBe(1)
    }
    const never = failing('CONFLICT', 9)
    expect(await codeOf(() => db.transaction(never.work))).toBe('CONFLICT')
    expect(never.runs()).toBe(1)
  })

  test('a commit that fails undoes everything', async () => {
    const { db, engine, ids } = await opened()
    await using _ = db
    engine.failures.set(options.begins === true ? 'commit' : 'write', new Error('the disk is full of kelp'))
    const error = await errorOf(() => db.transaction((tx) => tx.table(notes).insert(note(3))))
    expect(error.code).toBe('ENGINE')
    expect((error.cause as Error).message).toContain('kelp')
    expect(await ids()).toEqual([1, 2])
    await db.transaction((tx) => tx.table(notes).insert(note(3)))
    expect(await ids()).toEqual([1, 2, 3])
  })

  test('aborted before and while waiting', async () => {
    const { db, ids } = await opened()
    await using _ = db
    const controller = new AbortController()
    const entered = Promise.withResolvers<undefined>()
    const over = Promise.withResolvers<undefined>()
    const outer = db.transaction(async (tx) => {
      await tx.table(notes).insert(note(3))
      entered.resolve(undefined)
      await over.promise
    })
    await entered.promise
    const waiting = codeOf(() => db.transaction(() => 'never', { signal: controller.signal }))
    await setTimeout(1)
    controller.abort()
    expect(await waiting).toBe('ABORTED')
    over.resolve(undefined)
    await outer
    const late = new AbortController()
    const aborted = db.transaction(
      async (tx) => {
        await tx.table(notes).insert(note(4))
        late.abort()
      },
      { signal: late.signal },
    )
    expect(await codeOf(() => aborted)).toBe('ABORTED')
    await db.transaction(async (tx) => {
      const inner = new AbortController()
      const nested = tx.transaction(
        async (savepoint) => {
          await savepoint.table(notes).insert(note(4))
          inner.abort()
        },
        { signal: inner.signal },
      )
      expect(await codeOf(() => nested)).toBe('ABORTED')
    })
    let ran = false
    expect(await codeOf(() => db.transaction(() => (ran = true), { signal: AbortSignal.abort() }))).toBe(
      'ABORTED',
    )
    expect(ran).toBe(false)
    expect(await ids()).toEqual([1, 2, 3])
  })

  test('one database may be used inside the transaction of another', async () => {
    const { db } = await opened()
    await using _ = db
    const { db: other, ids } = await opened()
    await using __ = other
    await db.transaction(async (tx) => {
      await other.table(notes).insert(note(3))
      await other.transaction(async (inner) => {
        await inner.table(notes).insert(note(4))
        await tx.table(notes).insert(note(3))
        expect(await codeOf(() => db.table(notes).get(1))).toBe('TRANSACTION_MISUSE')
      })
    })
    expect(await ids()).toEqual([1, 2, 3, 4])
  })

  test('changes of the schema', async () => {
    const { db, ids } = await opened()
    await using _ = db
    const more = table('more', { id: integer().primaryKey() })
    const change = db.transaction(async (tx) => {
      await tx.ensure(more)
      await tx.table(more).insert({ id: 1 })
      expect((await tx.tables()).map(({ name }) => name)).toEqual(['notes', 'more'])
      expect(await codeOf(() => tx.create(more))).toBe('TABLE_EXISTS')
      await tx
        .transaction(async (inner) => {
          await inner.drop(more)
          expect(await codeOf(() => inner.table('more'))).toBe('UNKNOWN_TABLE')
          throw new Error('undone')
        })
        .catch(() => undefined)
      expect(await (await tx.table('more')).count()).toBe(1)
      throw new Error('undone')
    })
    if (options.begins === true) await expect(change).rejects.toThrow('undone')
    else expect(await codeOf(() => change)).toBe('UNSUPPORTED')
    expect((await db.tables()).map(({ name }) => name)).toEqual(['notes'])
    expect(await ids()).toEqual([1, 2])
  })
})

test('isolation that the engine does not have is refused', async () => {
  await using db = await open(new TestEngine({ begins: true }).backend())
  expect(await db.transaction(() => 1, { isolation: 'snapshot' })).toBe(1)
  expect(await codeOf(() => db.transaction(() => 1, { isolation: 'serializable' }))).toBe('UNSUPPORTED')
  expect(await codeOf(() => db.transaction(() => 1, { isolation: 'dirty' as 'snapshot' }))).toBe(
    'INVALID_ARGUMENT',
  )
  expect(await codeOf(() => db.transaction(5 as unknown as () => 1))).toBe('INVALID_ARGUMENT')
  expect(await codeOf(() => db.transaction(() => 1, { retry: { attempts: 0 } }))).toBe('INVALID_ARGUMENT')
})

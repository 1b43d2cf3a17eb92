import { bufferedTransaction } from '../../../src/backend/buffered-transaction.js'
import { HoldfastError } from '../../../src/backend/errors.js'
import type {
  Backend,
  Batch,
  BeginOptions,
  Changes,
  DeleteChange,
  Engine,
  EngineTransaction,
  OpenContext,
  Scan,
} from '../../../src/backend/types.js'
import { wrapBackend } from '../../../src/conformance/index.js'
import { wrapped } from '../../../src/conformance/wrapping.js'
import { plainBackend } from '../plain-backend.js'

/** A backend that fails as no engine may, and the law that tells. */
export interface Broken {
  readonly name: string
  readonly breaks: string
  readonly backend: () => Backend
}

type Replacement = Parameters<typeof wrapBackend>[1]

function broken(name: string, breaks: string, replace: Replacement, backend = plainBackend): Broken {
  return { name, breaks, backend: () => wrapBackend(backend(), replace) }
}

/** True every so many times that it is asked. */
function everySoOften(times: number): () => boolean {
  let asked = 0
  return () => (asked += 1) % times === 0
}

/** The plain engine with transactions of its own. */
export function transactional(
  change: (transaction: EngineTransaction) => Partial<EngineTransaction> = () => ({}),
): Backend {
  const capabilities = Object.freeze({ ...plainBackend().capabilities, transactions: 'snapshot' as const })
  const backend = wrapBackend({ ...plainBackend(), capabilities }, (engine) => {
    let turn = Promise.resolve()
    return {
      // One at a time, as there is nothing else that keeps them apart.
      begin: async (options: BeginOptions) => {
        const { promise: ended, resolve: end } = Promise.withResolvers<undefined>()
        const before = turn
        turn = before.then(() => ended)
        await before
        const transaction = bufferedTransaction(engine, options)
        const ending = (how: 'commit' | 'rollback') => async () => {
          try {
            await (change(transaction)[how] ?? (() => transaction[how]()))()
          } finally {
            end(undefined)
          }
        }
        return wrapped(transaction, { commit: ending('commit'), rollback: ending('rollback') })
      },
    }
  })
  return { ...backend, capabilities }
}

/** The plain engine with data that outlives `close`; `closing` is what happens to it then. */
export function durable(
  closing: (engine: Engine, last: Changes | undefined) => unknown = () => undefined,
): Backend {
  const plain = plainBackend()
  let engine: Promise<Engine> | undefined
  let last: Changes | undefined
  return {
    ...plain,
    capabilities: Object.freeze({ ...plain.capabilities, durable: true }),
    open: async (context: OpenContext) => {
      const kept = await (engine ??= plain.open(context))
      return wrapped(kept, {
        write: (changes: Changes) => {
          last = changes
          return kept.write(changes)
        },
        close: async () => void (await closing(kept, last)),
      })
    },
  }
}

/** A scan that is not told when its reader leaves. */
function unheard(engine: Engine, request: Scan, closed: () => void): AsyncIterable<Batch> {
  const batches = Array.fromAsync(engine.scan(request))
  let position = 0
  return {
    [Symbol.asyncIterator]: () => ({
      next: async () => {
        const value = (await batches)[position++]
        if (value !== undefined) return { done: false, value }
        closed()
        return { done: true, value: undefined }
      },
    }),
  }
}

/** An engine whose streams stay open when they are left, and what that does to its other methods. */
function leaking(name: string, effect: (engine: Engine, open: () => number) => Partial<Engine>): Broken {
  return broken(name, 'faults/streams', (engine) => {
    let open = 0
    return {
      ...effect(engine, () => open),
      scan: (request: Scan) => {
        open += 1
        return unheard(engine, request, () => (open -= 1))
      },
    }
  })
}

function undoing({ changes }: Changes): DeleteChange[] {
  return changes.flatMap((change) =>
    change.kind === 'insert' && change.table.name === 'entries'
      ? [{ kind: 'delete', table: change.table, keys: change.rows.map((row) => ({ key: [row['entry']!] })) }]
      : [],
  )
}

export const brokenBackends: readonly Broken[] = [
  broken('says that it is busy when it has written', 'faults/chaos', (engine) => {
    const strikes = everySoOften(6)
    return {
      write: async (changes: Changes) => {
        const result = await engine.write(changes)
        if (strikes()) throw new HoldfastError('BUSY', 'The answer was lost.')
        return result
      },
    }
  }),
  broken('tries a write again that had taken effect', 'faults/chaos', (engine) => {
    const strikes = everySoOften(2)
    return {
      write: async (changes: Changes) => {
        const repeatable = changes.changes.every(({ table }) => table.name === 'journal')
        if (repeatable && strikes()) await engine.write(changes)
        return engine.write(changes)
      },
    }
  }),
  broken('throws what its driver throws', 'faults/chaos', (engine) => {
    const strikes = everySoOften(12)
    return {
      write: async (changes: Changes) => {
        if (strikes()) throw new Error('socket hang up')
        return engine.write(changes)
      },
    }
  }),
  broken('ends a scan that breaks as if that were all', 'faults/chaos', (engine) => {
    const strikes = everySoOften(9)
    return {
      scan: async function* (request: Scan) {
        for await (const batch of engine.scan(request)) {
          if (request.keys === undefined && strikes()) return
          yield batch
        }
      },
    }
  }),
  {
    name: 'keeps what is rolled back',
    breaks: 'faults/chaos',
    backend: () => transactional((transaction) => ({ rollback: () => transaction.commit() })),
  },
  {
    name: 'commits and says that there was a conflict',
    breaks: 'faults/chaos',
    backend: () => {
      const strikes = everySoOften(5)
      return transactional((transaction) => ({
        commit: async () => {
          await transaction.commit()
          if (strikes()) throw new HoldfastError('CONFLICT', 'Another transaction came first.')
        },
      }))
    },
  },
  {
    name: 'forgets at close what was written last',
    breaks: 'life/sessions',
    backend: () => durable((engine, last) => last && engine.write({ changes: undoing(last) })),
  },
  leaking('counts a connection as in use after its stream was left', (_engine, open) => ({
    stats: () => ({ tables: [], engine: { connections: { inUse: open() } } }),
  })),
  leaking('lets nobody write after a stream was left', (engine, open) => ({
    write: (changes: Changes) => {
      if (open() > 0) throw new HoldfastError('BUSY', 'A stream is open.')
      return engine.write(changes)
    },
  })),
  leaking('cannot close after a stream was left', (engine, open) => ({
    close: async () => {
      if (open() > 0) throw new HoldfastError('BUSY', 'A stream is open.')
      await engine.close()
    },
  })),
  leaking('refuses a new table after a stream was left', (engine, open) => ({
    createTable: (table) => {
      if (open() > 0) throw new HoldfastError('BUSY', 'A stream is open.')
      return engine.createTable(table)
    },
  })),
]

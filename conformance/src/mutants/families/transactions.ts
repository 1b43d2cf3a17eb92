import type { Changes, EngineTransaction, Scan } from '@holdfast/core/backend'
import { declaring, sqliteInMemory } from '../bases.ts'
import { copying, restore } from '../copying.ts'
import type { Copying } from '../copying.ts'
import { mutant } from '../mutant.ts'
import type { Mutant, MutantFamily } from '../mutant.ts'

function transactions(
  name: string,
  breaks: string,
  replace: (parts: Copying, transaction: EngineTransaction) => Partial<EngineTransaction>,
): Mutant {
  return mutant(name, breaks, () => copying(replace))
}

export const transactionFamily: MutantFamily = {
  family: 'transactions and isolation',
  mutants: [
    transactions('commits what was rolled back', 'transactions/laws', (_parts, transaction) => ({
      rollback: () => transaction.commit(),
    })),
    transactions('forgets what was committed', 'writes/conflicts', (_parts, transaction) => ({
      commit: () => transaction.rollback(),
    })),
    transactions('does not see its own writes', 'queries/streams', ({ engine }) => ({
      scan: (request: Scan) => engine.scan(request),
    })),
    transactions('keeps what a savepoint undid', 'transactions/laws', (_parts, transaction) => ({
      savepoint: async () => {
        const savepoint = await transaction.savepoint()
        return { release: () => savepoint.release(), rollback: () => savepoint.release() }
      },
    })),
    transactions('undoes what a savepoint released', 'transactions/laws', (_parts, transaction) => ({
      savepoint: async () => {
        const savepoint = await transaction.savepoint()
        return { release: () => savepoint.rollback(), rollback: () => savepoint.rollback() }
      },
    })),
    transactions(
      'undoes the whole transaction with a part of it',
      'transactions/laws',
      ({ engine, copy }) => ({
        savepoint: async () => ({
          release: () => undefined,
          rollback: () => restore(copy, engine),
        }),
      }),
    ),
    mutant('shows others what is not committed', 'transactions/laws', () =>
      copying(
        ({ engine, copy, changes }) => ({
          scan: (request: Scan) => engine.scan(request),
          write: async (all: Changes) => {
            const result = await engine.write(all)
            changes.push(...all.changes)
            return result
          },
          commit: () => undefined,
          rollback: () => (changes.length > 0 ? restore(engine, copy) : undefined),
        }),
        { exclusive: false },
      ),
    ),
    mutant('lets transactions work side by side and the last one win', 'transactions/concurrency', () =>
      copying(() => ({}), { exclusive: false }),
    ),
    transactions(
      'makes the writes of a transaction again at its end',
      'writes/conflicts',
      ({ engine, changes }, transaction) => ({
        commit: async () => {
          const again = changes.map((change) =>
            change.kind === 'insert' ? { ...change, onConflict: 'replace' as const } : change,
          )
          await transaction.commit()
          await engine.write({ changes: again })
        },
      }),
    ),
    transactions(
      'reads what others commit meanwhile',
      'isolation/scripts',
      ({ engine, changes }, transaction) => ({
        scan: (request: Scan) => (changes.length === 0 ? engine.scan(request) : transaction.scan(request)),
      }),
    ),
    transactions(
      'is done with a transaction before it is written',
      'transactions/laws',
      (_parts, transaction) => ({
        commit: () => {
          setTimeout(() => void transaction.commit(), 20)
        },
      }),
    ),
    mutant('commits in SQL what was rolled back', 'transactions/laws', () =>
      sqliteInMemory((engine) => ({
        begin: async (options: never) => {
          const transaction = await engine.begin!(options)
          return new Proxy(transaction, {
            get(target, name) {
              if (name === 'rollback') return () => target.commit()
              const value: unknown = Reflect.get(target, name)
              return typeof value === 'function' ? (value.bind(target) as unknown) : value
            },
          })
        },
      })),
    ),
    mutant('claims serializable transactions and has none', 'transactions/laws', () =>
      declaring(
        copying(
          ({ engine }) => ({
            scan: (request: Scan) => engine.scan(request),
            write: (all: Changes) => engine.write(all),
            commit: () => undefined,
            rollback: () => undefined,
            savepoint: () => ({ release: () => undefined, rollback: () => undefined }),
          }),
          { exclusive: false },
        ),
        {},
      ),
    ),
  ],
}

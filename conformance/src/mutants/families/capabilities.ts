import type { Backend, Capabilities, Engine, Scan } from '@holdfast/core/backend'
import { wrapBackend } from '@holdfast/core/conformance'
import { declaring, plain, sqliteInMemory, taking } from '../bases.ts'
import { copying } from '../copying.ts'
import { mutant } from '../mutant.ts'
import type { Mutant, MutantFamily } from '../mutant.ts'

function claims(
  name: string,
  breaks: string,
  capabilities: Partial<Capabilities>,
  base: () => Backend = plain,
): Mutant {
  return mutant(name, breaks, () => declaring(base(), capabilities))
}

const limits = (maxKeyBytes: number, maxValueBytes: number): Partial<Capabilities> => ({
  limits: Object.freeze({ maxKeyBytes, maxValueBytes }),
})

export const capabilities: MutantFamily = {
  family: 'capabilities',
  mutants: [
    mutant('lets its capabilities be changed', 'life/capabilities', () => {
      const backend = plain()
      return { ...backend, capabilities: { ...backend.capabilities } }
    }),
    mutant('leaves a capability out', 'life/capabilities', () => {
      const { scanInKeyOrder: _scanInKeyOrder, ...rest } = plain().capabilities
      return { ...plain(), capabilities: Object.freeze(rest) as Capabilities }
    }),
    mutant('has other capabilities once it is open', 'life/capabilities', () => {
      const backend = plain()
      let open = false
      return {
        ...backend,
        get capabilities() {
          return Object.freeze({ ...backend.capabilities, durable: open })
        },
        open: (context) => {
          open = true
          return backend.open(context)
        },
      }
    }),
    claims('claims SQL and has none', 'life/capabilities', { sql: 'sqlite' }),
    claims('claims full-text search and has none', 'life/capabilities', { fullTextSearch: true }),
    claims('claims an isolation that there is not', 'life/capabilities', {
      transactions: 'linearizable' as 'serializable',
    }),
    claims(
      'claims that creating a table is undone',
      'transactions/misuse',
      { transactionalSchema: true },
      copying,
    ),
    claims('takes keys of no size', 'life/capabilities', limits(0, 1024)),
    claims('takes keys of any size', 'life/capabilities', limits(2 ** 20, 2 ** 24)),
    mutant('says that it scans in the order of the key and does not', 'life/catalog', () =>
      wrapBackend(declaring(plain(), { scanInKeyOrder: true }), backwards),
    ),
    mutant(
      'says that reads run beside a transaction, and keeps them waiting',
      'transactions/concurrency',
      () => copying(() => ({}), { readsWait: true }),
    ),
    mutant('denies the SQL that it runs', 'life/capabilities', () =>
      declaring(
        sqliteInMemory(() => ({})),
        { sql: '' },
      ),
    ),
    mutant('takes a relation and has no way to run it', 'life/catalog', () =>
      taking(() => ({
        run: () => {
          throw new Error('no relation is run here')
        },
      })),
    ),
  ],
}

function backwards(engine: Engine): {
  readonly scan: (request: Scan) => AsyncGenerator<Record<string, never>[]>
} {
  return {
    scan: async function* (request) {
      const rows = (await Array.fromAsync(engine.scan(request))).flat()
      if (rows.length > 0) yield rows.toReversed() as Record<string, never>[]
    },
  }
}

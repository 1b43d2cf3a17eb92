import type { Backend, EngineTransaction } from '../../../src/backend/types.js'
import { wrapBackend } from '../../../src/conformance/index.js'
import { plainBackend } from '../plain-backend.js'

/** Transactions that write where all read, at once and for good: nothing is kept apart and nothing is undone. */
export function dirtyBackend(): Backend {
  const plain = plainBackend()
  const capabilities = Object.freeze({ ...plain.capabilities, transactions: 'snapshot' as const })
  return wrapBackend({ ...plain, capabilities }, (engine) => ({
    begin: (): EngineTransaction => ({
      scan: (request) => engine.scan(request),
      write: (changes) => engine.write(changes),
      commit: nothing,
      rollback: nothing,
      savepoint: () => ({ release: nothing, rollback: nothing }),
    }),
  }))
}

function nothing(): void {}

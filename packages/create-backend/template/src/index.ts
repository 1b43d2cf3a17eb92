import { keyValueBackend } from '@holdfast/core/backend'
import type { Backend } from '@holdfast/core/backend'
import { MyEngineStore } from './store.ts'

/** A backend over my-engine. What it needs to know, a path or an address, becomes its parameter. */
export function myEngine(): Backend {
  return keyValueBackend({
    name: 'my-engine',
    // Say true when what `write` has answered outlives the process.
    durable: false,
    open: () => new MyEngineStore(),
  })
}

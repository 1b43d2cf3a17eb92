import { keyValueBackend } from '@holdfast/core/backend'
import type { Backend } from '@holdfast/core/backend'
import { MyEngineStore } from './store.ts'

/** A backend over my-engine. It opens nothing before `open(myEngine())`. */
export function myEngine(): Backend {
  // For each call of this function there is one database. A store with files takes their place as an option instead.
  return keyValueBackend({
    name: 'my-engine',
    // Say true once what `write` has answered outlives the process.
    durable: false,
    open: () => new MyEngineStore(),
  })
}

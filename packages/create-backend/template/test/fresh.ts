import type { Backend, KeyValueStore } from '@holdfast/core/backend'
import { myEngine } from '../src/index.ts'
import { MyEngineStore } from '../src/store.ts'

/** A new, empty store: what the tests and the benchmark work on. One with files gets a folder of its own each time. */
export const freshStore = (): KeyValueStore => new MyEngineStore()

/** A backend of a new, empty database each time. */
export const freshBackend = (): Backend => myEngine()

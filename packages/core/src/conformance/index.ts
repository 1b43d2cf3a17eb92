/**
 * The executable specification of the storage contract, for any test runner:
 *
 * ```ts
 * import { conform } from '@holdfast/core/conformance'
 * import { describe, test } from 'vitest' // or from node:test
 *
 * conform({ describe, test }, { name: 'mine', backend: () => mine({ path: temporaryFile() }) })
 * ```
 */

export { conform, proveProperty } from './conform.js'
export { chaosBackend } from './faults/chaos-backend.js'
export type { ChaosBackend, ChaosOptions } from './faults/chaos-backend.js'
export type { Chaos, Fault, FaultProbabilities } from './faults/storm.js'
export { properties } from './properties/index.js'
export type { Property, Budget, Failure } from './property.js'
export { ConformanceError } from './report/failure.js'
export type { PropertyResult } from './report/results.js'
export { readSettings } from './settings.js'
export type { Settings } from './settings.js'
export type { Runner, Subject } from './subject.js'
export { wrapBackend } from './wrapping.js'
/** What a relation means, for engines that are made for tests. */
export { evaluate } from '../evaluate/evaluate.js'

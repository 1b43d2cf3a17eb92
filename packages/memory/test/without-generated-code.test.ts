import { conform } from '@holdfast/core/conformance'
import { afterAll, beforeAll, describe, test } from 'vitest'
import { memory } from '../src/index.js'

const { Function: original } = globalThis

/** As `node --disallow-code-generation-from-strings` has it. */
const forbidden = new Proxy(original, {
  construct() {
    throw new EvalError('Code generation from strings disallowed for this context')
  },
})

beforeAll(() => {
  globalThis.Function = forbidden
})
afterAll(() => {
  globalThis.Function = original
})

conform({ describe, test }, { name: 'memory without generated code', backend: () => memory(), runs: 5 })

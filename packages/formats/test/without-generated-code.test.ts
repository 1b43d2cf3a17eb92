import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readCsv, readJson, writeCsv, writeJson } from '../src/index.js'
import { everything, userRows } from './everything.js'

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

test('rows are the same without generated code', async () => {
  await fc.assert(
    fc.asyncProperty(userRows, async (rows) => {
      const options = { table: everything }
      expect(await Array.fromAsync(readCsv(writeCsv(rows, options), options))).toEqual(rows)
      expect(await Array.fromAsync(readJson(writeJson(rows, options), options))).toEqual(rows)
    }),
    { numRuns: 30 },
  )
})

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Backend } from '@holdfast/core'
import { properties, proveProperty } from '@holdfast/core/conformance'
import type { PropertyResult } from '@holdfast/core/conformance'
import { afterAll, describe, expect, test } from 'vitest'
import { brokenLevel } from '../steps/broken.ts'
import { searchingLevel } from '../steps/search.ts'
import { level } from '../src/index.ts'

const folder = mkdtempSync(join(tmpdir(), 'level-steps-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

let databases = 0
const newPath = () => join(folder, `${++databases}`)

function prove(law: string, backend: () => Backend): Promise<PropertyResult> {
  const property = properties.find(({ name }) => name === law)
  if (property === undefined) throw new Error(`there is no law ${law}`)
  return proveProperty(property, { name: 'level', backend }, { runs: 100, seed: 1 })
}

describe('the steps of docs/writing-a-backend.md', () => {
  test('search finds what is declared', async () => {
    await prove('life/capabilities', () => searchingLevel(newPath()))
  })

  test('an order that is not kept is told with its rule, the smallest case, both answers and the replay line', async () => {
    const failure = prove('queries/evaluator', () => brokenLevel(newPath()))
    await expect(failure).rejects.toThrow(/^level breaks queries\/evaluator/)
    await expect(failure).rejects.toThrow(
      /expected:[^]+received:[^]+case[^]+const t\d+ = table\([^]+HOLDFAST_SEED=1 HOLDFAST_PATH=/,
    )
  })

  test('a database that is open is refused as busy', async () => {
    const backend = level({ path: newPath() })
    const engine = await backend.open({ report: () => undefined, reporting: () => false })
    await expect(backend.open({ report: () => undefined, reporting: () => false })).rejects.toMatchObject({
      code: 'BUSY',
    })
    await engine.close()
  })
})

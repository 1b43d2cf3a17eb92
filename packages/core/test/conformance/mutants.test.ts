import { describe, expect, test } from 'vitest'
import { properties, proveProperty } from '../../src/conformance/index.js'
import type { Property, Subject } from '../../src/conformance/index.js'
import { mutants } from './mutants.js'
import { plainBackend } from './plain-backend.js'
import { takingBackend } from './taking-backend.js'

const runs = 12
const seed = Math.trunc(Math.random() * 2 ** 31)

async function breaks(subject: Subject, property: Property): Promise<boolean> {
  try {
    await proveProperty(property, subject, { runs, seed })
    return false
  } catch {
    return true
  }
}

describe('the suite bites', () => {
  test.each(mutants)('an engine that $name', { timeout: 120_000 }, async ({ name, breaks: law, backend }) => {
    const property = properties.find((candidate) => candidate.name === law)
    expect(property, law).toBeDefined()
    expect(await breaks({ name, backend }, property as Property), `seed ${seed}`).toBe(true)
  })

  const broken = new Set(mutants.map((mutant) => mutant.breaks))
  const laws = properties.filter(({ name }) => broken.has(name))

  test.each([
    ['takes nothing', plainBackend],
    ['takes everything', (): ReturnType<typeof takingBackend> => takingBackend()],
  ])(
    'an engine without a defect that %s passes all of these laws',
    { timeout: 120_000 },
    async (name, backend) => {
      for (const property of laws)
        expect(await breaks({ name, backend }, property), property.name).toBe(false)
    },
  )
})

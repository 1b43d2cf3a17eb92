import { describe, expect, test } from 'vitest'
import type { Backend } from '../../../src/backend/types.js'
import { isHoldfastError } from '../../../src/backend/errors.js'
import { chaosBackend, properties, proveProperty } from '../../../src/conformance/index.js'
import { integer } from '../../../src/schema/columns.js'
import { open } from '../../../src/database/open.js'
import { table } from '../../../src/schema/table.js'
import { plainBackend } from '../plain-backend.js'
import { brokenBackends, durable, transactional } from './broken-backends.js'

const seed = Math.trunc(Math.random() * 2 ** 31)
const laws = ['faults/streams', 'faults/chaos', 'life/sessions']

async function prove(law: string, name: string, backend: () => Backend): Promise<void> {
  const property = properties.find((candidate) => candidate.name === law)
  if (property === undefined) throw new Error(`There is no law ${law}.`)
  await proveProperty(property, { name, backend }, { runs: 100, seed })
}

describe('laws about faults', () => {
  test.each(brokenBackends)('break an engine that $name', async ({ name, breaks, backend }) => {
    await expect(prove(breaks, name, backend), `seed ${seed}`).rejects.toThrow(`${name} breaks ${breaks}`)
  })

  test.each([
    ['transactions of core', plainBackend],
    ['transactions of its own', (): Backend => transactional()],
    ['data that lasts', (): Backend => durable()],
  ])('hold for an engine with %s', async (name, backend) => {
    for (const law of laws) await prove(law, name, backend)
  })
})

describe('chaosBackend', () => {
  const numbers = table('numbers', { id: integer().primaryKey() })
  const never = {
    delay: 0,
    unreachable: 0,
    lostBefore: 0,
    lostAfter: 0,
    conflict: 0,
    busy: 0,
    brokenStream: 0,
  }

  async function opened(probabilities: Partial<typeof never>) {
    const backend = chaosBackend(plainBackend(), { seed, probabilities: { ...never, ...probabilities } })
    backend.chaos.active = false
    const database = await open(backend)
    await database.ensure(numbers)
    backend.chaos.active = true
    return { database, chaos: backend.chaos }
  }

  test.each([
    ['unreachable', 'CONNECTION_FAILED', 0],
    ['lostBefore', 'CONNECTION_LOST', 0],
    ['lostAfter', 'CONNECTION_LOST', 1],
    ['conflict', 'CONFLICT', 0],
    ['busy', 'BUSY', 0],
  ] as const)('%s: a write fails with %s and leaves %i rows', async (fault, code, count) => {
    const { database, chaos } = await opened({ [fault]: 1 })
    // What is known of the tables is read in calm.
    chaos.active = false
    await database.table(numbers).count()
    chaos.active = true
    await expect(database.table(numbers).insert({ id: 1 })).rejects.toMatchObject({ code })
    chaos.active = false
    expect(await database.table(numbers).count()).toBe(count)
    expect([...chaos.met]).toEqual([[fault, 1]])
    await database.close()
  })

  test('a stream breaks in the middle, and its rows are asked for in small pieces', async () => {
    const { database, chaos } = await opened({ brokenStream: 0.2 })
    chaos.active = false
    await database.table(numbers).insert(Array.from({ length: 1000 }, (_, id) => ({ id })))
    chaos.active = true
    let seen = 0
    await expect(async () => {
      for await (const batch of database.table(numbers).batches()) seen += batch.length
    }).rejects.toSatisfy((error) => isHoldfastError(error) && error.code === 'CONNECTION_LOST')
    expect(seen).toBeLessThan(1000)
    expect(chaos.open).toEqual({ streams: 0, transactions: 0 })
    await database.close()
  })

  test('the same seed strikes the same calls', async () => {
    const struck = async () => {
      const { database } = await opened({ unreachable: 0.3, lostAfter: 0.3 })
      const codes: string[] = []
      for (let id = 0; id < 40; id += 1) {
        const code = await database
          .table(numbers)
          .put({ id })
          .then(
            () => 'done',
            (error: unknown) => (isHoldfastError(error) ? error.code : 'other'),
          )
        codes.push(code)
      }
      await database.close()
      return codes
    }
    const codes = await struck()
    expect(await struck()).toEqual(codes)
    expect(new Set(codes)).toEqual(new Set(['done', 'CONNECTION_FAILED', 'CONNECTION_LOST']))
  })
})

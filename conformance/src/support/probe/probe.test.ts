import { HoldfastError } from '@holdfast/core'
import type { Backend, Batch, Engine, FunctionName, Relation } from '@holdfast/core/backend'
import { wrapBackend } from '@holdfast/core/conformance'
import { memory } from '@holdfast/memory'
import fc from 'fast-check'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { functionNames, sections } from '../capabilities.ts'
import { measure } from '../measure.ts'
import { renderSupport } from '../render.ts'
import { functionForms } from './functions.ts'
import { actionCells, queryCells } from './index.ts'

const idsOf = (...titles: readonly string[]) =>
  sections
    .filter(({ title }) => titles.includes(title))
    .flatMap(({ capabilities }) => capabilities.map(({ id }) => id))
    .sort()
const queryIds = idsOf('Relations', 'Aggregates', 'Window functions', 'Scalar functions')

/** An engine in memory in which some methods are others. */
const memoryWith = (replace: (engine: Engine) => Partial<Record<keyof Engine, unknown>>): Backend =>
  wrapBackend(memory(), replace)

describe('an honest engine', () => {
  test('in memory leaves joins, windows and distinct to core', async () => {
    const cells = await queryCells(memory())
    expect(Object.keys(cells).sort()).toEqual(queryIds)
    const left = Object.keys(cells).filter((id) => cells[id]!.word !== 'native')
    const nodes = ['distinct', 'inner', 'left', 'window'].map((node) => `relation/${node}`)
    expect(left.sort()).toEqual([...nodes, ...idsOf('Window functions')].sort())
    expect(left.map((id) => cells[id]!.word)).toEqual(left.map(() => 'core'))
  })

  test('that takes nothing has everything done by core', async () => {
    const cells = await queryCells(memoryWith(() => ({ takes: undefined, run: undefined })))
    expect(new Set(Object.values(cells).map(({ word }) => word))).toEqual(new Set(['core']))
  })

  test('that takes some types is native for these, and a note says so', async () => {
    const cells = await queryCells(
      memoryWith((engine) => ({
        takes: (relation: Relation) => (comparesTextWithConstant(relation) ? 'no' : engine.takes!(relation)),
      })),
    )
    expect(cells['function/equal']).toEqual({ word: 'partly', core: ['some of text'] })
    expect(cells['function/lower']).toEqual({ word: 'native' })
  })

  test('that knows conditions roughly leaves filters to core', async () => {
    const cells = await queryCells(
      memoryWith((engine) => ({
        takes: (relation: Relation) => {
          const answer = engine.takes!(relation)
          return relation.node === 'filter' && answer === 'exact' ? 'superset' : answer
        },
      })),
    )
    expect(cells['relation/filter']).toEqual({ word: 'core' })
    expect(cells['relation/project']).toEqual({ word: 'native' })
  })

  test('has its own methods used, or core does it, or it is refused', async () => {
    const cells = await actionCells(memory())
    expect(Object.keys(cells).sort()).toEqual(idsOf('Rows, tables and transactions', 'Files'))
    const words = (word: string) => Object.keys(cells).filter((id) => cells[id]!.word === word)
    expect(words('refused').sort()).toEqual(
      ['action/schema', 'action/search', 'action/sql', ...idsOf('Files')].sort(),
    )
    expect(words('core')).toEqual([])
    const plain = await actionCells(
      memoryWith(() => ({ get: undefined, updateWhere: undefined, deleteWhere: undefined })),
    )
    expect(['get', 'update', 'delete'].map((name) => plain[`action/${name}`]!.word)).toEqual([
      'core',
      'core',
      'core',
    ])
  })

  test('is measured as a whole', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'holdfast-support-'))
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
    const found = await measure('memory', folder, { seed: 1, relations: 80, rounds: 1 }, () => undefined)
    const { asked, whole, part, none, overflow } = found.relations
    expect(whole + part + none + overflow).toBe(asked)
    expect(whole).toBeGreaterThan(0)
    expect(found.durability).toEqual({ kind: 'none' })
    expect(found.cells['company/reads']).toEqual({ word: 'yes' })
    expect(found.cells['company/processes']).toEqual({ word: 'no' })
    expect(Object.keys(found.isolation)).toEqual(['default', 'snapshot', 'serializable'])
    expect(renderSupport({ engines: { memory: found } })).toContain('| memory | serializable | none of 14 |')
  })
})

/** Hands out what the engine answers to a relation that holds a text, but spoilt. */
const spoiling = (text: string) =>
  memoryWith((engine) => ({
    run: async function* (...[relation, parameters, options]: Parameters<NonNullable<Engine['run']>>) {
      for await (const batch of engine.run!(relation, parameters, options))
        yield mentions(relation, text) ? batch.map(spoilt) : batch
    },
  }))

const spoilt = (row: Batch[number]): Batch[number] => ({ ...row, answer: null })

const mentions = (relation: Relation, text: string): boolean =>
  JSON.stringify(relation, (_, value: unknown) =>
    typeof value === 'bigint' ? String(value) : value,
  ).includes(text)

const comparesTextWithConstant = (relation: Relation): boolean =>
  /"function":"equal","arguments":\[[^\]]*"kind":"parameter","index":\d+,"type":\{"name":"text"\}/.test(
    JSON.stringify(relation, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value)),
  )

describe('a lying engine', () => {
  test('that answers a function otherwise gets no cell, whichever it is', async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...functionNames), async (name) => {
        const found = await failureOf(queryCells(spoiling(`"function":"${name}"`)))
        expect(found).toContain(`function/${name}: ${name} of `)
        expect(found).toContain('expected:')
      }),
      { numRuns: 5 },
    )
  })

  test('that claims a node and does not do it gets no cell', async () => {
    const backend = memoryWith((engine) => ({
      takes: (relation: Relation) =>
        relation.node === 'distinct' ? 'exact' : engine.takes!(withoutDistinct(relation)),
      run: (...[relation, ...rest]: Parameters<NonNullable<Engine['run']>>) =>
        engine.run!(withoutDistinct(relation), ...rest),
    }))
    expect(await failureOf(queryCells(backend))).toMatch(/^relation\/distinct: /)
  })

  test('that counts rows which it did not change gets no cell', async () => {
    const found = await failureOf(
      actionCells(memoryWith(() => ({ updateWhere: () => 2, deleteWhere: () => 1 }))),
    )
    expect(found).toContain('action/update: rows after an update')
    expect(found).toContain('action/delete: rows after a delete')
  })

  test('that fails is not taken for one that refuses', async () => {
    const backend = memoryWith(() => ({
      updateWhere: () => {
        throw new HoldfastError('ENGINE', 'out of order')
      },
    }))
    expect(await failureOf(actionCells(backend))).toBe('action/update: out of order')
  })
})

async function failureOf(work: Promise<unknown>): Promise<string> {
  return await work.then(
    () => 'nothing was wrong',
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  )
}

function withoutDistinct(relation: Relation): Relation {
  if (relation.node === 'distinct') return withoutDistinct(relation.input)
  return 'input' in relation ? { ...relation, input: withoutDistinct(relation.input) } : relation
}

test('each function is asked for in each type that it takes, once beside a constant', () => {
  const labels = (name: FunctionName) => functionForms(name).map(({ label }) => label)
  expect(labels('lower')).toEqual(['text'])
  expect(labels('concat')).toEqual(['text', 'text'])
  expect(new Set(labels('multiply'))).toEqual(new Set(['integer', 'bigint', 'double']))
  expect(labels('equal')).toHaveLength(2 * (13 + 2))
  expect(labels('cast')).toContain('timestamp as date')
  expect(labels('truncate')).not.toContain('date, hour')
  expect(functionNames.filter((name) => functionForms(name).length === 0)).toEqual([])
})

import { wrapBackend } from '@holdfast/core/conformance'
import type { Subject } from '@holdfast/core/conformance'
import { memory } from '@holdfast/memory'
import { describe, expect, test } from 'vitest'
import { askAll, describeResult, sumUp } from './ground.ts'
import { readOptions } from './options.ts'
import { takeTurnsApart } from './processes.ts'

describe('the ground', () => {
  test('finds no difference between the engines and the evaluator', { timeout: 300_000 }, async () => {
    const lines: string[] = []
    const seed = Math.trunc(Math.random() * 2 ** 31)
    const options = readOptions(['--relations', '400', '--seed', String(seed), '--queries', '8'])
    const results = await sumUp(takeTurnsApart(options), options, (line) => lines.push(line))
    expect(results.map(({ differences }) => differences)).toEqual([[], [], [], [], []])
    expect(results.map(({ relations }) => relations)).toEqual([400, 400, 400, 400, 400])
    for (const result of results) {
      expect(result.answered).toBeGreaterThan(result.relations * 0.4)
      expect(describeResult(result)).toContain(`${result.engine}: 400 relations`)
    }
    expect(lines.at(-1)).toContain('400 of 400')
  })

  test('tells a difference with what each engine says, shrunk', { timeout: 300_000 }, async () => {
    const honest: Subject = { name: 'honest', backend: () => memory() }
    const lying: Subject = {
      name: 'lying',
      // It shows nothing of what it keeps.
      backend: () => wrapBackend(memory(), () => ({ takes: undefined, run: undefined, scan: () => [] })),
    }
    const results = await askAll([honest, lying], { relations: 400, seed: 1, queries: 8 }, () => undefined)
    expect(results.map(({ differences }) => differences.length)).toEqual([0, 1])
    expect(results[1]?.differences[0]).toMatch(
      /^lying breaks queries\/evaluator[^]*smallest case[^]*await db\.ensure[^]*replay:[^]*the others:\n {2}honest: as expected$/,
    )
  })

  test('goes on after an engine has ended the process, and tells when', { timeout: 300_000 }, async () => {
    const lines: string[] = []
    const amounts = { relations: 600, seed: 1, queries: 2 }
    const options = { ...amounts, engines: ['healthy', 'mortal'] }
    const program = new URL('mortal-worker.ts', import.meta.url)
    const results = await sumUp(takeTurnsApart(options, program), options, (line) => lines.push(line))
    expect(results.map(({ relations }) => relations)).toEqual([600, 600])
    expect(results.map(({ differences }) => differences)).toEqual([
      [],
      [expect.stringMatching(/^mortal ended its process in round 2: SIGKILL\n[^]*--engine mortal --seed 2 /)],
    ])
    expect(lines.at(-1)).toBe('600 of 600 relations, 1 differences')
  })

  test('refuses a command line that it does not understand', () => {
    for (const commandLine of [
      ['--relations', '0'],
      ['--relations', 'many'],
      ['--seed=-1'],
      ['--queries', '0'],
      ['--engine', 'oracle'],
    ]) {
      expect(() => readOptions(commandLine)).toThrow(RangeError)
    }
    expect(() => readOptions(['--reltions', '5'])).toThrow(/reltions/)
  })

  test('asks all engines unless told which', () => {
    expect(readOptions(['--seed', '7'])).toEqual({
      relations: 10_000,
      seed: 7,
      queries: 64,
      engines: ['memory', 'sqlite', 'duckdb', 'file', 'postgres'],
    })
    expect(readOptions(['--engine', 'memory']).engines).toEqual(['memory'])
  })
})

import { describe, expect, test } from 'vitest'
import { describeResult, runGround } from './ground.ts'
import { readOptions } from './options.ts'

describe('the ground', () => {
  test('finds no difference between the engines and the evaluator', { timeout: 300_000 }, async () => {
    const lines: string[] = []
    const seed = Math.trunc(Math.random() * 2 ** 31)
    const options = readOptions(['--relations', '800', '--seed', String(seed)])
    const results = await runGround(options, (line) => lines.push(line))
    expect(results.map(({ differences }) => differences)).toEqual([[], [], [], []])
    expect(results.map(({ relations }) => relations)).toEqual([800, 800, 800, 800])
    for (const result of results) {
      expect(result.answered).toBeGreaterThan(result.relations * 0.4)
      expect(describeResult(result)).toContain(`${result.engine}: 800 relations`)
    }
    expect(lines.at(-1)).toContain('800 of 800')
  })

  test('refuses a command line that it does not understand', () => {
    for (const commandLine of [
      ['--relations', '0'],
      ['--relations', 'many'],
      ['--seed=-1'],
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
      engines: ['memory', 'sqlite', 'duckdb', 'postgres'],
    })
    expect(readOptions(['--engine', 'memory']).engines).toEqual(['memory'])
  })
})

import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { describe, expect as expect, test } from 'vitest'
import type { EngineRecord } from '../src/contract/record.ts'
import { bench, fixture, recordsOf, start, temporaryFolder } from './bench.ts'

const readings = ['--workloads', fixture('readings'), '--runs', '2']

const aNumber = expect.any(Number) as number
const aString = expect.any(String) as string
const containing = (text: string) => expect.stringContaining(text) as string

const filesIn = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.json'))

describe('a run', () => {
  test('leaves a record for each engine, and never writes over one', async () => {
    const out = temporaryFolder()
    const first = await bench([...readings, '--steps', 'sum', '--out', out])
    expect(first.code).toBe(0)
    const [file] = filesIn(out)
    expect(file).toMatch(/^\d+x-[a-z0-9.-]+-\d+gib[/\\]\d{4}-\d\d-\d\d[/\\]memory\.json$/)
    const before = readFileSync(join(out, file!), 'utf8')
    await bench([...readings, '--steps', 'sum', '--out', out])
    expect(readFileSync(join(out, file!), 'utf8')).toBe(before)
    expect(
      filesIn(out)
        .map((name) => name.split(/[/\\]/).at(-1))
        .sort(),
    ).toEqual(['memory-2.json', 'memory.json'])
  })

  test('tells in its record all that its figures depend on', async () => {
    const [record] = await recordsOf([...readings, '--out', temporaryFolder(), '--seed', '7'])
    expect(record).toMatchObject({
      format: 1,
      engine: 'memory',
      seed: 7,
      kinds: { holdfast: 'holdfast', map: 'bare' },
      settings: { holdfast: 'defaults', map: 'a plain Map' },
      versions: { '@holdfast/core': aString, '@holdfast/memory': aString },
      reasons: {},
      machine: { cores: aNumber, node: process.version },
    })
    const cell = record!.cells['readings/get/200']!['holdfast']!
    expect(cell.hot).toHaveLength(2)
    expect(cell.operations).toBe(50)
    expect(cell.latency.of).toBe(100)
    expect(cell.code).toContain('handle.get(id)')
    expect(cell.answer).toBe(record!.cells['readings/get/200']!['map']!.answer)
    expect(record!.cells['readings/get/200']!['map']!.ratio).toBe(1)
    expect(cell.ratio).toBe(cell.median / record!.cells['readings/get/200']!['map']!.median)
  })

  test('of fresh steps begins each run in a new process, on what an earlier one has left', async () => {
    const [record] = await recordsOf([
      '--workloads',
      fixture('fresh'),
      '--runs',
      '3',
      '--out',
      temporaryFolder(),
    ])
    expect(record!.reasons).toEqual({})
    expect(record!.cells['fresh/first/10']!['holdfast']).toMatchObject({
      hot: { length: 3 },
      diskSize: aNumber,
    })
  })

  test('of many rows has the arms of one engine after those of another, all judged by one reference', async () => {
    const records = await recordsOf([
      ...['--workloads', fixture('fresh'), '--rows', '1M', '--runs', '1'],
      ...['--out', temporaryFolder()],
    ])
    const answers = records.flatMap(({ cells }) =>
      Object.values(cells['fresh/first/1000000']!).map((cell) => cell?.answer),
    )
    expect(records.map(({ engine }) => engine)).toEqual(['file', 'other'])
    expect(answers).toHaveLength(4)
    expect(answers).not.toContain(undefined)
    expect(new Set(answers).size).toBe(1)
  })

  test('of short work has more hot runs, unless their number is given', async () => {
    const [record] = await recordsOf([
      '--workloads',
      fixture('readings'),
      '--steps',
      'get',
      '--out',
      temporaryFolder(),
    ])
    expect(record!.cells['readings/get/200']!['map']!.hot.length).toBeGreaterThanOrEqual(10)
    expect(record!.cells['readings/get/200']!['map']!.hot.length).toBeLessThanOrEqual(50)
  })

  test('shows a table, its progress without a terminal as lines, and where the results are', async () => {
    const out = temporaryFolder()
    const { stdout, stderr } = await bench([...readings, '--rows', '0.1k', '--out', out])
    expect(stdout).toContain('readings, 100 rows, memory')
    expect(stdout).toMatch(/map +holdfast +ratio +target +claimed/)
    expect(stdout).toMatch(/sum by station .* 2\.5 s$/m)
    expect(stdout).toMatch(/held +bare +target$/m)
    expect(stdout).toMatch(/sum by station .* [µm]?s! /m)
    expect(stdout).toMatch(
      /readings\/sum\/100 on memory, holdfast: event loop held at the longest .*, target -/,
    )
    expect(stdout).not.toContain('memory added')
    expect(stdout).toContain(`Results: ${join(out, filesIn(out)[0]!)}`)
    expect(stderr).toMatch(
      /^\[1\/3\] readings: point reads by key\n\[2\/3\] readings: sum by station, about \d+ .* left\n/,
    )
  })

  test('on SIGINT ends what it has started and removes it; before the first step is finished nothing is written', async () => {
    const out = temporaryFolder()
    const temporary = temporaryFolder()
    const { child, ended } = start(['--workloads', fixture('faulty'), '--peers', '--out', out], {
      TMPDIR: temporary,
      TMP: temporary,
      TEMP: temporary,
    })
    const isAtWork = () => readdirSync(temporary).length > 1
    while (!isAtWork()) await delay(20)
    child.kill('SIGINT')
    const { code, stderr } = await ended
    expect(code).toBe(130)
    expect(stderr).toContain('The run was ended early; nothing of it was written.')
    expect(readdirSync(temporary)).toEqual([])
    expect(existsSync(join(out)) ? filesIn(out) : []).toEqual([])
  })

  test.each(['SIGINT', 'SIGTERM'] as const)(
    'on %s writes the steps that were finished, as partial',
    async (signal) => {
      const out = temporaryFolder()
      const readme = join(temporaryFolder(), 'README.md')
      const place = '<!-- benchmarks: begin -->\n<!-- benchmarks: end -->\n'
      writeFileSync(readme, place)
      const { child, ended } = start([
        ...[...readings, '--workloads', `${fixture('readings')},${fixture('faulty')}`, '--peers'],
        ...['--out', out, '--readme', readme],
      ])
      let progress = ''
      child.stderr!.on('data', (text: string) => void (progress += text))
      while (!progress.includes('[4/4]')) await delay(20)
      child.kill(signal)
      const { code, stderr } = await ended
      expect(code).toBe(130)
      const [file, ...others] = filesIn(out)
      expect(others).toEqual([])
      expect(file).toMatch(/memory-partial\.json$/)
      expect(stderr).toContain(
        `the steps that were finished (3) are written as a partial result: ${join(out, file!)}`,
      )
      const record = JSON.parse(readFileSync(join(out, file!), 'utf8')) as EngineRecord
      expect(record.partial).toBe(true)
      expect(Object.keys(record.cells).toSorted()).toEqual([
        'readings/get/200',
        'readings/insert/200',
        'readings/sum/200',
      ])
      expect(readFileSync(readme, 'utf8')).toBe(place)
      const { stdout } = await bench(['compare', out, out])
      expect(stdout).toContain('a run on memory was ended early: only its finished steps are compared')
    },
  )
})

describe('compare', () => {
  const out = temporaryFolder()
  const write = (name: string, record: unknown): string => {
    const path = join(out, name)
    writeFileSync(path, JSON.stringify(record))
    return path
  }
  const changed = (
    record: EngineRecord,
    change: (json: {
      cells: Record<string, Record<string, Record<string, unknown> | null>>
      [name: string]: unknown
    }) => void,
  ) => {
    const copy = structuredClone(record) as never
    change(copy)
    return copy as EngineRecord
  }

  test('ends with 1 for what has become slower, and for what has no right answer any more', async () => {
    const [record] = await recordsOf([...readings, '--steps', 'sum', '--out', join(out, 'results')])
    const old = write(
      'old.json',
      changed(record!, ({ cells }) => {
        for (const cell of Object.values(cells['readings/sum/200']!))
          Object.assign(cell!, { median: 10, deviation: 0.1 })
      }),
    )
    const slower = write(
      'slower.json',
      changed(record!, (json) => {
        Object.assign(json.cells['readings/sum/200']!['holdfast']!, { median: 12, deviation: 0.1 })
        Object.assign(json.cells['readings/sum/200']!['map']!, { median: 10.2, deviation: 0.1 })
      }),
    )
    const lost = write(
      'lost.json',
      changed(record!, (json) => {
        json.cells['readings/sum/200']!['holdfast'] = null
        json['reasons'] = { 'readings/sum/200/holdfast': 'Wrong answer' }
        json['seed'] = 43
      }),
    )
    const same = await bench(['compare', old, old])
    expect(same).toMatchObject({
      code: 0,
      stdout: containing('2 times compared: 0 slower, 0 faster'),
    })
    for (const args of [
      ['compare', old, slower],
      ['--compare', old, slower],
    ]) {
      const { code, stdout } = await bench(args)
      expect(code).toBe(1)
      expect(stdout).toContain('readings/sum/200 on memory, holdfast: 10.0 ms -> 12.0 ms (1.20)')
      expect(stdout).not.toContain('map')
    }
    expect(await bench(['compare', slower, old])).toMatchObject({
      code: 0,
      stdout: containing('Faster:'),
    })
    const { code, stdout } = await bench(['compare', old, lost])
    expect(code).toBe(1)
    expect(stdout).toContain('readings/sum/200 on memory, holdfast: Wrong answer')
    expect(stdout).toContain('seed: 42 before, 43 now')
  })

  test('says what is no record, and where there is nothing to compare', async () => {
    const empty = write('empty.json', {
      format: 1,
      engine: 'x',
      date: '',
      cells: {},
      reasons: {},
      settings: {},
      versions: {},
      machine: {},
    })
    expect(await bench(['compare', empty, empty])).toMatchObject({
      code: 2,
      stdout: containing('Nothing to compare'),
    })
    expect(await bench(['compare', join(out, 'nowhere'), empty])).toMatchObject({
      code: 1,
      stderr: containing('There is no file and no folder'),
    })
    writeFileSync(join(out, 'text.json'), 'text')
    expect(await bench(['compare', join(out, 'text.json'), empty])).toMatchObject({
      code: 1,
      stderr: containing('is no record of the benchmarks'),
    })
  })
})

describe('figures in a README', () => {
  test('go between the markers, and nowhere else', async () => {
    const path = join(temporaryFolder(), 'README.md')
    const out = temporaryFolder()
    const [begin, end] = ['<!-- benchmarks: begin -->', '<!-- benchmarks: end -->']
    writeFileSync(path, `before\n${begin}\nold\n${end}\nafter\n`)
    const { code } = await bench([...readings, '--out', out, '--readme', path])
    expect(code).toBe(0)
    const text = readFileSync(path, 'utf8')
    expect(text).toMatch(new RegExp(`^before\n${begin}\n[^]*\n${end}\nafter\n$`))
    expect(text).not.toContain('old\n')
    expect(text).toMatch(/^\| sum by station \| .* \(\d.*\), claimed 2\.5 s \|$/m)
    expect(text).toMatch(/^\| sum by station: event loop held at the longest \| .*s \(at most -.*\) \|$/m)
    expect(text).toMatch(/^Measured on \d{4}-\d\d-\d\d on .* cores/m)
    writeFileSync(path, 'no place')
    const refused = await bench([...readings, '--steps', 'sum', '--out', out, '--readme', path])
    expect(refused).toMatchObject({
      code: 2,
      stderr: containing('has no place for the figures'),
    })
    expect(readFileSync(path, 'utf8')).toBe('no place')
  })
})

test('leaves nothing in the folder of temporary files', async () => {
  const temporary = temporaryFolder()
  await bench([...readings, '--out', temporaryFolder()], {
    TMPDIR: temporary,
    TMP: temporary,
    TEMP: temporary,
  })
  expect(readdirSync(temporary)).toEqual([])
  expect(tmpdir()).not.toBe(temporary)
})

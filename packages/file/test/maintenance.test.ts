import { bigint, integer, open, table, text } from '@holdfast/core'
import fc from 'fast-check'
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { file, repair, verify } from '../src/index.js'
import type { Problem, SegmentFormat } from '../src/index.js'
import { temporaryFolder } from './folder.js'
import { tmpdir } from 'node:os'

const stations = table('Stations', {
  id: integer().primaryKey(),
  name: text().unique(),
  note: text().nullable(),
})
const events = table('events', { id: bigint().primaryKey().generated(), what: text() })

const versions = 3
const rowOf = (id: number, version: number) => ({
  id,
  name: `station ${id}`,
  note: `${'x'.repeat(40)} ${version}`,
})

/** A database of several runs of segments, with deleted keys and a journal. Gives what is in it in the end. */
async function build(path: string, format: SegmentFormat) {
  await using db = await open(
    file({ path, format, synchronous: 'off', journalSize: 4096, autoCompact: false }),
  )
  await db.ensure(stations)
  await db.ensure(events)
  for (let version = 0; version < versions; version++) {
    for (let start = 0; start < 100; start += 25) {
      const ids = Array.from({ length: 25 }, (_, index) => start + index).filter(
        (id) => id % (version + 1) === 0,
      )
      await db.table(stations).put(ids.map((id) => rowOf(id, version)))
    }
    await db.table(stations).deleteMany([7 + version, 50 + version])
    await db
      .table(events)
      .insert(Array.from({ length: 30 }, (_, index) => ({ what: `event ${version} ${index}` })))
  }
  await db.table(events).deleteMany([90n])
  return { stations: await db.table(stations).all(), events: await db.table(events).all() }
}

type Content = Awaited<ReturnType<typeof build>>

async function contentOf(path: string): Promise<Content> {
  await using db = await open(file({ path, readOnly: true }))
  return { stations: await db.table(stations).all(), events: await db.table(events).all() }
}

async function problemsOf(path: string): Promise<Problem[]> {
  return await Array.fromAsync(verify(path))
}

/** All files of a folder but the lock, with their bytes. */
function filesIn(path: string): Map<string, Buffer> {
  const names = readdirSync(path, { recursive: true, encoding: 'utf8' })
  const files = names.filter((name) => name !== 'lock' && statSync(join(path, name)).isFile()).sort()
  return new Map(files.map((name) => [name, readFileSync(join(path, name))]))
}

/** Every version of a row that there ever was. */
function wasOnce(row: Content['stations'][number]): boolean {
  return Array.from({ length: versions }, (_, version) => rowOf(row.id, version)).some(
    (old) => old.note === row.note && old.name === row.name,
  )
}

describe.each(['ndjson', 'csv', 'json', 'parquet'] as const)('a database of %s', (format) => {
  let original: string
  let content: Content
  beforeAll(async () => {
    original = join(mkdtempSync(join(tmpdir(), 'holdfast-file-')), 'db')
    content = await build(original, format)
  })
  afterAll(() => rmSync(join(original, '..'), { recursive: true }))

  const copy = (): string => {
    const path = join(temporaryFolder(), 'db')
    cpSync(original, path, { recursive: true })
    return path
  }

  test('has segments, deleted keys and a journal, and nothing wrong', async () => {
    expect(await problemsOf(original)).toEqual([])
    expect(
      [...filesIn(original).keys()].filter((name) => name.endsWith('.index.json')).length,
    ).toBeGreaterThan(8)
    const path = copy()
    const report = await repair(path)
    expect(report).toMatchObject({ path: `${path}-repaired`, problems: [] })
    expect(report.tables).toEqual([
      { name: 'Stations', rows: content.stations.length, doubtful: 0, leftOut: 0 },
      { name: 'events', rows: content.events.length, doubtful: 0, leftOut: 0 },
    ])
    expect(await contentOf(report.path)).toEqual(content)
    await using db = await open(file({ path: report.path }))
    expect(await db.table(events).insert([{ what: 'next' }])).toMatchObject({ keys: [91n] })
  })

  test('with one changed byte: it is found, nothing is changed, and what is repaired was there', async () => {
    const files = [...filesIn(original)].filter(([, bytes]) => bytes.length > 0)
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...files),
        fc.nat(),
        fc.integer({ min: 1, max: 255 }),
        async ([name, bytes], place, change) => {
          const path = copy()
          const damaged = Buffer.from(bytes)
          damaged[place % bytes.length]! ^= change
          writeFileSync(join(path, name), damaged)
          const before = filesIn(path)
          const problems = await problemsOf(path)
          expect(problems.length, 'problems').toBeGreaterThan(0)
          for (const problem of problems) {
            expect(existsSync(problem.path)).toBe(true)
            expect(problem.offset).toBeGreaterThanOrEqual(0)
          }
          expect(problems.map((problem) => problem.path)).toContain(join(path, name))
          const report = await repair(path)
          expect(filesIn(path)).toEqual(before)
          expect(report.problems).toEqual(problems)
          const found = await contentOf(report.path)
          expect(await problemsOf(report.path)).toEqual([])
          for (const row of found.stations) expect(wasOnce(row), JSON.stringify(row)).toBe(true)
          for (const row of found.events) expect(row.what).toMatch(/^event \d \d+$/)
          const [left] = report.tables
          const changed = found.stations.filter(
            (row) => !content.stations.some((same) => same.note === row.note && same.id === row.id),
          )
          if (!/^(manifest|journal)/.test(name)) expect(changed.length).toBeLessThanOrEqual(left!.doubtful)
          if (/yaml$/.test(name)) expect(found).toEqual(content)
          expect(found.stations.length).toBe(left!.rows)
        },
      ),
      { numRuns: 12 },
    )
  })

  test('without its manifest: every row comes back, in some version', async () => {
    const path = copy()
    rmSync(join(path, 'manifest.json'))
    const [problem, ...others] = await problemsOf(path)
    expect(problem).toMatchObject({ path: join(path, 'manifest.json'), problem: 'the file is missing' })
    expect(others).toEqual([])
    const report = await repair(path)
    const found = await contentOf(report.path)
    const ids = new Set(found.stations.map(({ id }) => id))
    for (const { id } of content.stations) expect(ids).toContain(id)
    for (const row of found.stations) expect(wasOnce(row)).toBe(true)
    for (const { id, what } of content.events) expect(found.events).toContainEqual({ id, what })
  })

  test('with a segment that is gone or cut, the rest comes back', async () => {
    const segments = [...filesIn(original).keys()].filter((name) =>
      /\/\d+\.(ndjson|csv|json|parquet)$/.test(name),
    )
    for (const name of segments.filter((_, place) => place % 8 === 3)) {
      const path = copy()
      if (name.includes('events')) rmSync(join(path, name))
      else truncateSync(join(path, name), 10)
      const problems = await problemsOf(path)
      expect(problems.map((problem) => problem.path)).toContain(join(path, name))
      const report = await repair(path)
      const found = await contentOf(report.path)
      expect(found.events.length + found.stations.length).toBeGreaterThan(0)
      for (const row of found.stations) expect(wasOnce(row)).toBe(true)
    }
  })
})

test('a folder that holds anything is not written to', async () => {
  const path = join(temporaryFolder(), 'db')
  await build(path, 'ndjson')
  const full = temporaryFolder()
  writeFileSync(join(full, 'mine'), 'mine')
  for (const to of [full, path, join(path, 'inside')]) {
    const before = filesIn(path)
    await expect(repair(path, { to })).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' })
    expect(filesIn(path)).toEqual(before)
  }
  expect(readdirSync(full)).toEqual(['mine'])
  const empty = temporaryFolder()
  expect((await repair(path, { to: empty })).path).toBe(empty)
})

test('where there is no database there is nothing to verify or repair', async () => {
  const folder = temporaryFolder()
  mkdirSync(join(folder, 'pictures'))
  for (const path of [folder, join(folder, 'missing')]) {
    await expect(problemsOf(path)).rejects.toMatchObject({ code: 'NOT_FOUND' })
    await expect(repair(path)).rejects.toMatchObject({ code: 'NOT_FOUND' })
    expect(existsSync(`${path}-repaired`)).toBe(false)
  }
})

test('who waits can stop', async () => {
  const path = join(temporaryFolder(), 'db')
  await build(path, 'ndjson')
  const signal = AbortSignal.abort()
  await expect(Array.fromAsync(verify(path, { signal }))).rejects.toMatchObject({ code: 'ABORTED' })
  await expect(repair(path, { signal })).rejects.toMatchObject({ code: 'ABORTED' })
})

import { existsSync, mkdtempSync, readdirSync, readlinkSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { count, integer, median, open, table, text } from '../../src/index.js'
import type { Database, OpenOptions } from '../../src/index.js'
import { plainBackend } from '../conformance/plain-backend.js'

const items = table('items', { id: integer().primaryKey(), kind: integer(), name: text() })
const rows = Array.from({ length: 3000 }, (_, id) => ({ id, kind: (id * 7919) % 3000, name: `name ${id}` }))

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-test-'))
})
afterEach(() => {
  rmSync(folder, { recursive: true, force: true })
})

async function started(options: OpenOptions): Promise<Database> {
  const database = await open(plainBackend(), { temporaryFolder: folder, ...options })
  await database.ensure(items)
  await database.table(items).insert(rows)
  return database
}

const byKind = (database: Database) => database.table(items).orderBy((item) => item.kind.asc())

/** What is in the folder, also under no name, as far as the system tells. */
function left(): string[] {
  const descriptors = '/proc/self/fd'
  if (!existsSync(descriptors)) return readdirSync(folder)
  const targets = readdirSync(descriptors).flatMap((name) => {
    try {
      return [readlinkSync(join(descriptors, name))]
    } catch {
      return []
    }
  })
  return [...readdirSync(folder), ...targets.filter((target) => target.startsWith(folder))]
}

describe('what is more than workMemory', () => {
  test('goes to a temporary file that is there while the query runs, and no longer', async () => {
    await using database = await started({ workMemory: 20_000 })
    const stream = byKind(database).stream()
    expect((await stream.next()).value).toMatchObject({ kind: 0 })
    if (existsSync('/proc/self/fd')) expect(left()).toHaveLength(1)
    expect((await Array.fromAsync(stream)).map(({ kind }) => kind)).toEqual(
      rows.slice(1).map((_, at) => at + 1),
    )
    expect(left()).toEqual([])
  })

  test('is told, and nothing where memory is enough', async () => {
    await using small = await started({ workMemory: 20_000 })
    const { stats, rows: sorted } = await byKind(small).run()
    expect(sorted).toHaveLength(rows.length)
    expect(stats.spilledBytes).toBeGreaterThan(20_000)
    await using large = await started({})
    expect((await byKind(large).run()).stats.spilledBytes).toBe(0)
    expect((await byKind(large).explain({ analyze: true })).stats?.spilledBytes).toBe(0)
  })

  test('leaves nothing behind when the loop is left, fails, is aborted, or the database is closed', async () => {
    const database = await started({ workMemory: 20_000 })
    for await (const _row of byKind(database).stream()) break
    expect(left()).toEqual([])

    const mine = new Error('mine')
    const failing = async () => {
      for await (const _row of byKind(database).stream()) throw mine
    }
    await expect(failing()).rejects.toBe(mine)
    expect(left()).toEqual([])

    const controller = new AbortController()
    const aborting = async () => {
      for await (const _row of byKind(database).stream({ signal: controller.signal })) controller.abort()
    }
    await expect(aborting()).rejects.toMatchObject({ code: 'ABORTED' })
    expect(left()).toEqual([])

    const stream = byKind(database).stream()
    await stream.next()
    await database.close()
    expect(left()).toEqual([])
  })

  test('holds values of aggregates on disk as well', async () => {
    await using database = await started({ workMemory: 5_000 })
    const { rows: answer, stats } = await database
      .table(items)
      .select((item) => ({ all: count(), middle: median(item.kind) }))
      .run()
    expect(answer).toEqual([{ all: 3000, middle: 1499.5 }])
    expect(stats.spilledBytes).toBeGreaterThan(10_000)
  })
})

describe('a temporary folder', () => {
  const refusal = { code: 'IO', message: expect.stringContaining('temporaryFolder') as string }

  test('that is missing, or no folder, fails the queries that need it, and no others', async () => {
    writeFileSync(join(folder, 'file'), '')
    for (const name of ['missing', 'file']) {
      await using database = await started({ workMemory: 20_000, temporaryFolder: join(folder, name) })
      await expect(byKind(database).all()).rejects.toMatchObject(refusal)
      await expect(Array.fromAsync(byKind(database).stream())).rejects.toMatchObject(refusal)
      expect(await database.table(items).count()).toBe(3000)
      expect(left()).toEqual(['file'])
    }
  })

  test('and the memory are checked at once', async () => {
    for (const options of [{ workMemory: -1 }, { workMemory: 1.5 }, { temporaryFolder: '' }])
      await expect(open(plainBackend(), options)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' })
  })
})

import { integer, isHoldfastError, open, table, text } from '@holdfast/core'
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { file } from '../src/index.js'
import type { SegmentFormat } from '../src/index.js'
import { scratchFolder } from './folder.js'
import { chooser } from './losing.js'

/** Every byte of every file, with `HOLDFAST_FAULTS=all`; else some of them. */
const all = process.env['HOLDFAST_FAULTS'] === 'all'
const seed = Number(process.env['HOLDFAST_SEED'] ?? Math.trunc(Math.random() * 2 ** 30))

const words = table('words', { id: integer().primaryKey(), word: text().unique(), note: text().nullable() })
const pairs = table('pairs', { left: integer(), right: text() }, { primaryKey: ['left', 'right'] })

async function build(path: string, format: SegmentFormat): Promise<void> {
  await using db = await open(file({ path, format, synchronous: 'off', autoCompact: false }))
  await db.ensure(words)
  await db.ensure(pairs)
  await db.table(words).insert([1, 2, 3].map((id) => ({ id, word: `word ${id}` })))
  await db.table(pairs).insert([{ left: 1, right: 'a' }])
  await db.native.flush()
  await db.table(words).delete(2)
  await db.table(words).put({ id: 1, word: 'first', note: 'changed' })
  await db.native.flush()
  await db.table(words).insert({ id: 4, word: 'in the journal' })
  await db.table(pairs).delete({ left: 1, right: 'a' })
}

/** Everything that can be read, in every way. */
async function readAll(path: string, readOnly: boolean): Promise<unknown> {
  await using db = await open(file({ path, readOnly, cacheSize: 0 }))
  const rows = await db.table(words).all()
  const byKey = []
  for (const id of [1, 2, 3, 4]) byKey.push((await db.table(words).get(id)) ?? null)
  const reversed = await db
    .table(words)
    .orderBy((row) => row.id.desc())
    .all()
  // By the unique index: all of these are taken.
  for (const { word } of readOnly ? [] : rows) {
    const insert = db.table(words).insert({ id: 99, word })
    await insert.catch((error: unknown) => {
      if (!isHoldfastError(error) || error.code !== 'UNIQUE_VIOLATION') throw error
    })
  }
  return {
    rows,
    byKey,
    reversed,
    pairs: await db.table(pairs).all(),
    tables: (await db.tables()).map(({ name }) => name).sort(),
  }
}

function filesIn(path: string): readonly string[] {
  return readdirSync(path, { recursive: true, encoding: 'utf8' })
    .filter((name) => name !== 'lock' && statSync(join(path, name)).isFile())
    .sort()
}

function hashOf(path: string): string {
  const hash = createHash('sha256')
  for (const name of filesIn(path)) hash.update(`${name}\0`).update(readFileSync(join(path, name)))
  return hash.digest('hex')
}

describe.each(['ndjson', 'csv', 'json', 'parquet'] as const)(`a database of %s (seed ${seed})`, (format) => {
  const folder = scratchFolder()
  const path = join(folder.path, 'db')
  let content: unknown
  let places = 0
  afterAll(() => folder[Symbol.dispose]())
  beforeAll(async () => {
    await build(path, format)
    content = await readAll(path, true)
    places = filesIn(path).reduce((sum, name) => sum + statSync(join(path, name)).size, 0)
  })

  /** It is told, with the file, or it is not met: then the rows are right. Nothing is changed either way. */
  async function expectTold(name: string, readOnly: boolean): Promise<boolean> {
    const before = hashOf(path)
    let told = false
    try {
      expect(await readAll(path, readOnly)).toEqual(content)
    } catch (error) {
      if (!isHoldfastError(error)) throw error
      expect(error.code, error.message).toBe('CORRUPT')
      expect(error.message).toContain(join(path, name))
      told = true
    }
    expect(hashOf(path)).toBe(before)
    return told
  }

  async function damaged(name: string, bytes: Uint8Array | undefined, readOnly: boolean): Promise<boolean> {
    const whole = readFileSync(join(path, name))
    if (bytes === undefined) rmSync(join(path, name))
    else writeFileSync(join(path, name), bytes)
    try {
      return await expectTold(name, readOnly)
    } finally {
      writeFileSync(join(path, name), whole)
    }
  }

  const chosen = chooser(seed)
  const step = () => (all ? 1 : 1 + chosen(Math.ceil(places / 40)))

  test('tells a changed byte, or has the right rows', async () => {
    let told = 0
    let skip = 0
    for (const name of filesIn(path)) {
      const whole = readFileSync(join(path, name))
      for (; skip < whole.length; skip += step()) {
        const bytes = Buffer.from(whole)
        bytes[skip]! ^= 1 << chosen(8)
        try {
          if (await damaged(name, bytes, chosen(2) === 0)) told++
        } catch (error) {
          throw new Error(`${name} at byte ${skip}, ${bytes[skip]} for ${whole[skip]}`, { cause: error })
        }
      }
      skip -= whole.length
    }
    expect(told).toBeGreaterThan(0)
  }, 600_000)

  test('tells a file that was cut, and one that is missing', async () => {
    for (const name of filesIn(path)) {
      const whole = readFileSync(join(path, name))
      for (let length = 0; length < whole.length; length += all ? 1 : 1 + chosen(whole.length)) {
        const told = await damaged(name, whole.subarray(0, length), true)
        expect(told, `${name} of ${length} bytes`).toBe(true)
        await damaged(name, whole.subarray(0, length), false)
      }
      expect(await damaged(name, undefined, true), `without ${name}`).toBe(true)
      await damaged(name, undefined, false)
    }
  }, 600_000)
})

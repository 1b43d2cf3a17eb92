import { DuckDBInstance } from '@duckdb/node-api'
import { open } from '@holdfast/core'
import fc from 'fast-check'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { duckdb } from '../src/index.js'
import { itemRows, items, opened, openedWithItems } from './databases.js'
import { temporaryFile, temporaryFolder } from './files.js'

const opening = (path: string, options = {}) => open(duckdb({ path, ...options }))

test('a file is created for its owner only, and so is the one beside it', async () => {
  const path = temporaryFile()
  const database = await openedWithItems(1, { path })
  await database.transaction((tx) => tx.table(items).insert({ id: 7, name: 'seven' }))
  for (const name of [path, `${path}.wal`]) expect(statSync(name).mode & 0o777).toBe(0o600)
})

test('a folder that is missing is named', async () => {
  const path = join(temporaryFolder(), 'nowhere', 'test.duckdb')
  await expect(opening(path)).rejects.toMatchObject({
    code: 'NOT_FOUND',
    message: expect.stringContaining(join(path, '..')) as string,
  })
})

test.each([{ readOnly: true }, { create: false }])(
  'a file that is missing is not created with %o',
  async (options) => {
    const path = temporaryFile()
    await expect(opening(path, options)).rejects.toMatchObject({ code: 'NOT_FOUND' })
    expect(existsSync(path)).toBe(false)
  },
)

test('a folder is no database', async () => {
  const path = join(temporaryFolder(), 'folder')
  mkdirSync(path)
  await expect(opening(path)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' })
})

test.each(['', 'not a database, but long enough to have a header '.repeat(100)])(
  'a file that is no database is refused and left as it is',
  async (content) => {
    const path = temporaryFile()
    writeFileSync(path, content)
    await expect(opening(path)).rejects.toMatchObject({
      code: 'CORRUPT',
      message: expect.stringContaining('not a DuckDB database') as string,
    })
    expect(readFileSync(path, 'utf8')).toBe(content)
  },
)

async function written(rows: number): Promise<string> {
  const path = temporaryFile()
  const database = await opening(path)
  await database.ensure(items)
  await database.table(items).insert(itemRows(rows))
  await database.close()
  return path
}

/** What reading all rows of a damaged file comes to, whole and as a stream: each must fail, or be right. */
async function readDamaged(path: string, rows: number): Promise<readonly string[]> {
  const codeOf = (error: unknown) => (error as { code: string }).code
  const database = await opening(path).catch(codeOf)
  if (typeof database === 'string') return [database, database]
  try {
    const table = database.table(items)
    const whole = await table.all().catch(codeOf)
    if (typeof whole !== 'string') expect(whole).toEqual(itemRows(rows))
    const streamed: unknown[] = []
    const stream = async () => {
      for await (const row of table.stream()) streamed.push(row)
      expect(streamed.length).toBe(rows)
      return 'right'
    }
    const end = await stream().catch(codeOf)
    expect(streamed).toEqual(itemRows(rows).slice(0, streamed.length))
    return [typeof whole === 'string' ? whole : 'right', end]
  } finally {
    await database.close()
  }
}

const rowsOfMany = 100_000
const blockSize = 262_144
const headers = 3 * 4096

test('a damaged block is CORRUPT, never wrong rows and never fewer', async () => {
  const whole = readFileSync(await written(rowsOfMany))
  const seen: string[] = []
  for (let start = headers; start < whole.length; start += blockSize) {
    const bytes = Buffer.from(whole)
    bytes.fill(0xa5, start + 1000, start + 1100)
    const path = temporaryFile()
    writeFileSync(path, bytes)
    seen.push(...(await readDamaged(path, rowsOfMany)))
  }
  expect(new Set(seen)).toEqual(new Set(['right', 'CORRUPT']))
})

test('a file that was cut off is CORRUPT where it is missed', async () => {
  const whole = readFileSync(await written(rowsOfMany))
  const seen: string[] = []
  for (const share of [0.1, 0.3, 0.5, 0.7, 0.9]) {
    const path = temporaryFile()
    writeFileSync(path, whole.subarray(0, Math.floor(whole.length * share)))
    seen.push(...(await readDamaged(path, rowsOfMany)))
  }
  expect(seen.slice(0, 2)).toEqual(['CORRUPT', 'CORRUPT'])
  expect(seen.filter((end) => end !== 'right' && end !== 'CORRUPT')).toEqual([])
})

test('however a file is damaged, what is read is right or CORRUPT', async () => {
  const rows = 5_000
  const whole = readFileSync(await written(rows))
  const seen: string[] = []
  const damage = fc.uint8Array({ minLength: 1, maxLength: 200 })
  await fc.assert(
    fc.asyncProperty(fc.nat(whole.length - 1), damage, async (start, bytes) => {
      const path = temporaryFile()
      writeFileSync(path, Buffer.from(whole).fill(bytes, start, Math.min(start + bytes.length, whole.length)))
      seen.push(...(await readDamaged(path, rows)))
    }),
    { numRuns: 60 },
  )
  expect(new Set(seen)).toEqual(new Set(['right', 'CORRUPT']))
})

test('a database that is only read refuses to be changed', async () => {
  const path = await written(10)
  const database = await opened({ path, readOnly: true })
  const table = database.table(items)
  expect(await table.count()).toBe(10)
  expect(await database.transaction((tx) => tx.table(items).count(), { readOnly: true })).toBe(10)
  for (const change of [
    () => table.insert({ id: 99, name: 'new' }),
    () => table.where((row) => row.id.eq(1)).delete(),
    () => database.transaction((tx) => tx.table(items).delete(1)),
    () => database.sql`delete from items`,
  ]) {
    await expect(change()).rejects.toMatchObject({ code: 'READ_ONLY' })
  }
  expect(await table.count()).toBe(10)
})

test('one file opened twice in a process is one database', async () => {
  const path = temporaryFile()
  const first = await openedWithItems(3, { path })
  const link = join(temporaryFolder(), 'link.duckdb')
  symlinkSync(path, link)
  const second = await opened({ path: link })
  await second.table(items).insert({ id: 7, name: 'from the second' })
  expect(await first.table(items).get(7)).toEqual({ id: 7, name: 'from the second' })
  await first.close()
  expect(await second.table(items).count()).toBe(4)
})

test('one file cannot be opened twice with other options', async () => {
  const path = temporaryFile()
  await openedWithItems(3, { path })
  await expect(opening(path, { threads: 1 })).rejects.toMatchObject({
    code: 'INVALID_ARGUMENT',
    message: expect.stringContaining('with other options') as string,
  })
})

test('the driver, asked for the same file by its cache, gets the same database', async () => {
  const path = temporaryFile()
  const database = await openedWithItems(3, { path })
  await expect(DuckDBInstance.fromCache(path)).rejects.toThrow(/different configuration/)
  expect(await database.table(items).count()).toBe(3)
})

/** A process that opens the file by the driver and holds it until its input ends. */
async function holder(path: string, mode = 'READ_WRITE'): Promise<{ release(): Promise<void> }> {
  const driver = createRequire(import.meta.url).resolve('@duckdb/node-api')
  const script = `require(${JSON.stringify(driver)}).DuckDBInstance.create(${JSON.stringify(path)}, { access_mode: '${mode}' }).then((instance) => {
    process.stdout.write('open')
    process.stdin.on('end', () => { instance.closeSync(); process.exit() }).resume()
  })`
  const child = spawn(process.execPath, ['-e', script], { stdio: ['pipe', 'pipe', 'inherit'] })
  await once(child.stdout, 'data')
  return {
    release: async () => {
      child.stdin.end()
      await once(child, 'exit')
    },
  }
}

test('a file that another process has open is BUSY, until it is not', async () => {
  const path = await written(3)
  const other = await holder(path)
  await expect(opening(path)).rejects.toMatchObject({ code: 'BUSY', retryable: true })
  await expect(opening(path, { readOnly: true })).rejects.toMatchObject({ code: 'BUSY' })
  const waiting = opening(path, { timeout: 60_000 })
  await other.release()
  const database = await waiting
  expect(await database.table(items).count()).toBe(3)
  await database.close()
})

test('processes that only read share a file', async () => {
  const path = await written(3)
  const other = await holder(path, 'READ_ONLY')
  const database = await opened({ path, readOnly: true })
  expect(await database.table(items).count()).toBe(3)
  await expect(opening(path)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' })
  await database.close()
  await expect(opening(path)).rejects.toMatchObject({ code: 'BUSY' })
  await other.release()
})

test('what was acknowledged is in the files at once, and what was not committed never', async () => {
  const path = temporaryFile()
  const database = await openedWithItems(3, { path })
  await database.table(items).insert(itemRows(20_000, 3))
  await database.transaction(async (tx) => {
    await tx.table(items).put({ id: 1, name: 'committed' })
    await tx.transaction((nested) => nested.table(items).delete(2))
  })
  const copy = temporaryFile()
  await database.transaction(async (tx) => {
    await tx.table(items).insert(itemRows(20_000, 50_000))
    // What a process leaves behind that is killed here.
    for (const end of ['', '.wal']) copyFileSync(`${path}${end}`, `${copy}${end}`)
  })
  const found = await (await opened({ path: copy })).table(items).all()
  expect(found).toEqual(
    itemRows(20_003)
      .filter(({ id }) => id !== 2)
      .map((row) => (row.id === 1 ? { id: 1, name: 'committed' } : row)),
  )
})

test('a closed database lets go of its file', async () => {
  const path = await written(3)
  const database = await opening(path)
  for await (const _ of database.table(items).stream()) break
  await database.close()
  const other = await holder(path)
  await other.release()
})

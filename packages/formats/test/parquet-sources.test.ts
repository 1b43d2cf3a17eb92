import { integer, isHoldfastError, table, text } from '@holdfast/core'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { gzipSync, zstdCompressSync } from 'node:zlib'
import { expect, onTestFinished, test } from 'vitest'
import { describeParquet, openParquet, readParquet, writeParquet } from '../src/index.js'
import type { ParquetWriterOptions } from '../src/index.js'
import { collect, inPieces, outcomeOf } from './bytes.js'

const people = table('people', {
  id: integer().primaryKey(),
  name: text(),
  note: text().nullable(),
  role: text().default('guest'),
})

const columns = [
  { name: 'name', type: { name: 'text' }, nullable: true },
  { name: 'id', type: { name: 'integer' }, nullable: false },
] as const

const rows = Array.from({ length: 6000 }, (_, id) => ({ name: `n${id}`, id }))

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-formats-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

test('a path, a URL, bytes, a stream and packed files are read', async () => {
  const folder = temporaryFolder()
  const bytes = await collect(writeParquet(rows, { columns }))
  const path = join(folder, 'people.parquet')
  writeFileSync(path, bytes)
  writeFileSync(`${path}.gz`, gzipSync(bytes))
  writeFileSync(`${path}.zst`, zstdCompressSync(bytes))
  const sources = [path, pathToFileURL(path), bytes, inPieces(bytes, [1000]), `${path}.gz`, `${path}.zst`]
  for (const source of sources) {
    expect(await Array.fromAsync(readParquet(source, { columns }))).toEqual(rows)
  }
  const batches = await Array.fromAsync(readParquet(path, { columns: [columns[1]] }).batches())
  expect(batches.flat()).toEqual(rows.map(({ id }) => ({ id })))
  expect(await describeParquet(path)).toMatchObject({ rowCount: rows.length })
})

test('what cannot be opened says why', async () => {
  const folder = temporaryFolder()
  const path = join(folder, 'people.parquet')
  const code = async (source: string | Uint8Array) =>
    (await outcomeOf(readParquet(source, { columns }))).refused?.code
  expect(await code(path)).toBe('NOT_FOUND')
  expect(await code(folder)).toBe('INVALID_ARGUMENT')
  writeFileSync(path, 'a,b\n1,2\n')
  expect(await code(path)).toBe('INVALID_DATA')
  writeFileSync(`${path}.gz`, 'no gzip')
  expect(await code(`${path}.gz`)).toBe('INVALID_DATA')
  expect(await code(new Uint8Array())).toBe('INVALID_DATA')
})

test('a table takes the columns that it has, and those that it needs', async () => {
  const read = async (write: ParquetWriterOptions, values: readonly object[]) =>
    outcomeOf(readParquet(await collect(writeParquet(values, write)), { table: people }))
  const note = { name: 'note', type: { name: 'text' }, nullable: true } as const
  expect(await read({ columns: [...columns, note] }, [{ id: 1, name: 'a', note: null }])).toEqual({
    rows: [{ id: 1, name: 'a', note: null }],
  })
  expect((await read({ columns: [columns[1]] }, [])).refused).toMatchObject({ code: 'SCHEMA_MISMATCH' })
  const other = { name: 'other', type: { name: 'text' }, nullable: true } as const
  expect((await read({ columns: [...columns, other] }, [])).refused).toMatchObject({ code: 'UNKNOWN_COLUMN' })
  const nulls = await read({ columns }, [
    { id: 1, name: 'a' },
    { id: 2, name: null },
  ])
  expect(nulls.refused).toMatchObject({ code: 'INVALID_VALUE', path: 'rows[1].name' })
  expect(nulls.rows).toEqual([{ id: 1, name: 'a' }])
})

test('values that do not belong to their columns are not written', async () => {
  const write = (values: readonly object[], options: object = {}) =>
    collect(writeParquet(values, { table: people, ...options }))
  const good = { id: 1, name: 'a', note: null, role: 'x' }
  await expect(write([good, { ...good, id: 'x' }])).rejects.toMatchObject({
    code: 'INVALID_VALUE',
    path: 'rows[1].id',
  })
  const missing = { code: 'INVALID_VALUE', path: 'rows[1].name' }
  await expect(write([good, { id: 1 }])).rejects.toMatchObject(missing)
  await expect(write([good, { id: 1 }], { form: 'stored' })).rejects.toMatchObject(missing)
  await expect(write([[good, null]] as never)).rejects.toMatchObject({
    code: 'INVALID_VALUE',
    path: 'rows[1]',
  })
})

test('options that are not acceptable are refused', () => {
  const refused = (options: object) => {
    try {
      writeParquet([], { columns, ...options })
      return undefined
    } catch (error) {
      return isHoldfastError(error) ? error.path : error
    }
  }
  expect(refused({})).toBeUndefined()
  expect(refused({ compression: 'lz4' })).toBe('options.compression')
  expect(refused({ rowGroupRows: 0 })).toBe('options.rowGroupRows')
  expect(refused({ metadata: { holdfast: '' } })).toBe('options.metadata')
  expect(refused({ metadata: { a: 1 } })).toBe('options.metadata')
  expect(refused({ rowgroups: 1 })).toBe('options')
})

test('a signal ends reading and writing', async () => {
  const bytes = await collect(writeParquet(rows, { columns, rowGroupRows: 1000 }))
  const stopped = { signal: AbortSignal.abort() }
  await expect(collect(writeParquet(rows, { columns, ...stopped }))).rejects.toMatchObject({
    code: 'ABORTED',
  })
  expect((await outcomeOf(readParquet(bytes, { columns, ...stopped }))).refused?.code).toBe('ABORTED')
  const controller = new AbortController()
  const reading = readParquet(bytes, { columns, signal: controller.signal }).batches()
  await reading.next()
  controller.abort()
  await expect(reading.next()).rejects.toMatchObject({ code: 'ABORTED' })
  const file = await openParquet(bytes)
  await expect(file.rows(0, stopped).next()).rejects.toMatchObject({ code: 'ABORTED' })
})

test('what is asked of an open file must be there', async () => {
  const file = await openParquet(await collect(writeParquet(rows, { columns, rowGroupRows: 4000 })))
  const code = (work: Promise<unknown>) =>
    work.catch((error: unknown) => isHoldfastError(error) && error.code)
  expect(await code(file.rows(2).next())).toBe('INVALID_ARGUMENT')
  expect(await code(file.rows(0, { from: 5, to: 4 }).next())).toBe('INVALID_ARGUMENT')
  expect(await code(file.rows(0, { to: 4001 }).next())).toBe('INVALID_ARGUMENT')
  expect(await code(file.values(0, 'nam'))).toBe('UNKNOWN_COLUMN')
  expect(await file.values(1, 'id', { from: 1999 })).toEqual([5999])
  expect(await file.values(1, 'id', { from: 3, to: 3 })).toEqual([])
  expect(await code(openParquet(new Uint8Array(), { nam: '' } as object))).toBe('INVALID_ARGUMENT')
})

test('what the source of the bytes throws is thrown, and a file that has become shorter is damaged', async () => {
  const bytes = await collect(writeParquet(rows, { columns, rowGroupRows: 5000 }))
  const fault = Object.assign(new Error('input/output error'), { code: 'EIO' })
  let left = Infinity
  let size = bytes.length
  const slice = (start: number, end: number) => {
    if (left-- === 0) throw fault
    return bytes.subarray(start, Math.min(end, size))
  }
  const whole = async () => {
    const file = await openParquet({ byteLength: bytes.length, slice })
    for (const group of file.rowGroups.keys()) {
      await file.values(group, 'name', { from: 10, to: 20 })
      await file.verify(group)
    }
  }
  await whole()
  let calls = 0
  for (; ; calls++) {
    left = calls
    const error: unknown = await whole().catch((thrown: unknown) => thrown)
    if (error === undefined) break
    expect(error).toBe(fault)
  }
  expect(calls).toBeGreaterThan(8)
  left = Infinity
  const file = await openParquet({ byteLength: bytes.length, slice })
  size = 1000
  await expect(file.verify(0)).rejects.toMatchObject({ code: 'INVALID_DATA' })
})

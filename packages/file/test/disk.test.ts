import { Buffer } from 'node:buffer'
import { mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { nodeDisk } from '../src/disk/node-disk.js'
import { toHoldfastError } from '../src/errors.js'
import { temporaryFolder } from './folder.js'

const disk = nodeDisk()

test('what is appended is read, in parts and past the end', async () => {
  const path = join(temporaryFolder(), 'file')
  const descriptor = disk.open(path, 'create')
  disk.append(descriptor, Buffer.from('abc'))
  await disk.appendLater(descriptor, Buffer.from('defg'))
  await disk.sync(descriptor)
  expect(disk.size(descriptor)).toBe(7)
  for (const [position, length, text] of [
    [0, 7, 'abcdefg'],
    [2, 3, 'cde'],
    [5, 9, 'fg'],
    [7, 1, ''],
    [9, 2, ''],
  ] as const) {
    expect(Buffer.from(disk.readNow(descriptor, position, length)).toString()).toBe(text)
    expect(Buffer.from(await disk.read(descriptor, position, length)).toString()).toBe(text)
  }
  disk.truncate(descriptor, 2)
  disk.append(descriptor, Buffer.from('X'))
  disk.close(descriptor)
  const again = disk.open(path, 'append')
  disk.append(again, Buffer.from('Y'))
  disk.close(again)
  expect(readFileSync(path, 'utf8')).toBe('abXY')
})

test('files and folders are for their owner alone', () => {
  const folder = join(temporaryFolder(), 'one', 'two')
  disk.makeFolder(folder)
  disk.makeFolder(folder)
  disk.close(disk.open(join(folder, 'file'), 'create'))
  if (process.platform === 'win32') return
  expect(statSync(folder).mode & 0o777).toBe(0o700)
  expect(statSync(join(folder, 'file')).mode & 0o777).toBe(0o600)
})

test('a file that is there is not created again, nor one that is missing opened', () => {
  const path = join(temporaryFolder(), 'file')
  expect(() => disk.open(path, 'read')).toThrow(expect.objectContaining({ code: 'NOT_FOUND', path }) as Error)
  expect(() => disk.open(path, 'append')).toThrow(expect.objectContaining({ code: 'NOT_FOUND' }) as Error)
  disk.close(disk.open(path, 'create'))
  expect(() => disk.open(path, 'create')).toThrow(expect.objectContaining({ code: 'IO' }) as Error)
})

test('what is missing is removed and listed without an error', async () => {
  const folder = temporaryFolder()
  const missing = join(folder, 'missing')
  disk.remove(missing)
  disk.removeFolder(missing)
  expect(disk.list(missing)).toBeUndefined()
  mkdirSync(join(folder, 'full'))
  writeFileSync(join(folder, 'full', 'file'), '')
  symlinkSync(join(folder, 'full'), join(folder, 'link'))
  disk.removeFolder(join(folder, 'full'))
  disk.rename(join(folder, 'full', 'file'), join(folder, 'full', 'renamed'))
  await disk.syncFolder(folder)
  expect([...(disk.list(folder) ?? [])].sort((a, b) => (a.name < b.name ? -1 : 1))).toEqual([
    { name: 'full', folder: true },
    { name: 'link', folder: false },
  ])
  disk.remove(join(folder, 'full', 'renamed'))
  disk.removeFolder(join(folder, 'full'))
  expect(disk.list(folder)).toEqual([{ name: 'link', folder: false }])
})

test('a folder cannot be made where a file is', () => {
  const path = join(temporaryFolder(), 'file')
  writeFileSync(path, '')
  expect(() => disk.makeFolder(path)).toThrow(expect.objectContaining({ code: 'IO', path }) as Error)
  expect(() => disk.makeFolder(join(path, 'below'))).toThrow(expect.objectContaining({ code: 'IO' }) as Error)
  expect(() => disk.list(path)).toThrow(expect.objectContaining({ code: 'IO' }) as Error)
})

test('errors of a descriptor name the file', async () => {
  const path = join(temporaryFolder(), 'file')
  disk.close(disk.open(path, 'create'))
  const descriptor = disk.open(path, 'read')
  const failure = expect.objectContaining({
    code: 'IO',
    path,
    message: expect.stringContaining(path) as string,
  }) as Error
  expect(() => disk.append(descriptor, Buffer.from('a'))).toThrow(failure)
  await expect(disk.appendLater(descriptor, Buffer.from('a'))).rejects.toEqual(failure)
  disk.close(descriptor)
  await expect(disk.read(-1, 0, 1)).rejects.toMatchObject({ code: 'IO' })
})

test.each([
  ['ENOENT', 'NOT_FOUND'],
  ['EACCES', 'UNAUTHORIZED'],
  ['EPERM', 'UNAUTHORIZED'],
  ['EROFS', 'READ_ONLY'],
  ['ENOSPC', 'LIMIT_EXCEEDED'],
  ['EDQUOT', 'LIMIT_EXCEEDED'],
  ['EMFILE', 'LIMIT_EXCEEDED'],
  ['EIO', 'IO'],
  ['EWHATEVER', 'IO'],
])('%s of the system is %s', (systemCode, code) => {
  const cause = Object.assign(new Error(`${systemCode}: said by the system`), { code: systemCode })
  const error = toHoldfastError(cause, 'write', '/data/file')
  expect(error).toMatchObject({ code, path: '/data/file', cause })
  expect(error.message).toMatch(/^Cannot write \/data\/file: .+\.$/)
  expect(toHoldfastError(error, 'read', '/elsewhere')).toBe(error)
})

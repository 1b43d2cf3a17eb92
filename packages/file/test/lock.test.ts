import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { lockFolder } from '../src/disk/lock.js'
import { runChild } from './child.js'
import { temporaryFolder } from './folder.js'

const now = { timeout: 0 }

test('one holds the lock, then the next', async () => {
  const folder = temporaryFolder()
  const first = await lockFolder(folder, now)
  await expect(lockFolder(folder, now)).rejects.toMatchObject({ code: 'BUSY', retryable: true })
  first.release()
  first.release()
  const second = await lockFolder(folder, now)
  await expect(lockFolder(folder, { timeout: 20 })).rejects.toMatchObject({ code: 'BUSY' })
  second.release()
  expect(existsSync(join(folder, 'lock'))).toBe(true)
})

test('folders are locked each for itself', async () => {
  const locks = [await lockFolder(temporaryFolder(), now), await lockFolder(temporaryFolder(), now)]
  locks.forEach((lock) => lock.release())
})

test('who waits gets the lock when it is given back', async () => {
  const folder = temporaryFolder()
  const first = await lockFolder(folder, now)
  const waiting = lockFolder(folder, { timeout: 60_000 })
  first.release()
  const second = await waiting
  second.release()
})

test('the message names who holds the lock, and what to do', async () => {
  const folder = temporaryFolder()
  const lock = await lockFolder(folder, now)
  await expect(lockFolder(folder, now)).rejects.toThrow(
    new RegExp(`^Process ${process.pid} on .* writes to the database .*"timeout".*"readOnly"`),
  )
  lock.release()
  expect(readFileSync(join(folder, 'lock'), 'utf8')).toBe('')
})

test('who waits can stop', async () => {
  const folder = temporaryFolder()
  const lock = await lockFolder(folder, now)
  const reason = new Error('enough')
  const controller = new AbortController()
  const waiting = lockFolder(folder, { timeout: 60_000, signal: controller.signal })
  controller.abort(reason)
  await expect(waiting).rejects.toMatchObject({ code: 'ABORTED', cause: reason })
  await expect(lockFolder(folder, { timeout: 0, signal: controller.signal })).rejects.toMatchObject({
    code: 'ABORTED',
  })
  lock.release()
})

test('a folder that is not there cannot be locked', async () => {
  const folder = join(temporaryFolder(), 'missing')
  await expect(lockFolder(folder, now)).rejects.toMatchObject({ code: 'NOT_FOUND' })
})

test.each(['SIGKILL', 'SIGTERM'] as const)(
  'another process holds the lock until it ends by %s, and no longer',
  async (signal) => {
    const folder = temporaryFolder()
    const child = runChild('hold-lock.ts', folder)
    const [, holder] = /^held by (\d+)$/.exec(await child.line()) ?? []
    await expect(lockFolder(folder, now)).rejects.toMatchObject({
      code: 'BUSY',
      message: expect.stringContaining(`Process ${holder}`) as string,
    })
    await child.end(signal)
    const lock = await lockFolder(folder, now)
    const refused = await runChild('hold-lock.ts', folder).line()
    expect(refused).toContain(`Process ${process.pid} on`)
    lock.release()
  },
)

import { open } from '@holdfast/core'
import { findServer } from '@holdfast/postgres-server'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { postgres } from '../src/index.js'
import { opened } from './databases.js'
import { serverUrl } from './schemas.js'

async function unusedPort(): Promise<number> {
  const closed = createServer()
  await new Promise<void>((resolve) => closed.listen(0, '127.0.0.1', resolve))
  const { port } = closed.address() as AddressInfo
  await new Promise((resolve) => closed.close(resolve))
  return port
}

test('the server that DATABASE_URL names is never replaced by another one', async () => {
  vi.stubEnv('DATABASE_URL', `postgres://nobody:nothing@127.0.0.1:${await unusedPort()}/nowhere`)
  onTestFinished(() => void vi.unstubAllEnvs())
  await expect(findServer()).rejects.toThrow('The server that DATABASE_URL names cannot be reached.')
})

describe('a server that cannot be reached', () => {
  const { hostname, port } = new URL(serverUrl)

  test('is told', async () => {
    const nobody = await unusedPort()
    await expect(open(postgres({ host: '127.0.0.1', port: nobody, password: 'x' }))).rejects.toMatchObject({
      code: 'CONNECTION_FAILED',
      retryable: true,
    })
  })

  test('because it does not answer is told in time', async () => {
    const silent = createServer(() => undefined)
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => void silent.close())
    const { port: mute } = silent.address() as AddressInfo
    const opening = open(postgres({ host: '127.0.0.1', port: mute, connectTimeout: 200, password: 'x' }))
    await expect(opening).rejects.toMatchObject({ code: 'CONNECTION_FAILED' })
  })

  test('because it refuses the password', async () => {
    const opening = open(
      postgres({ host: hostname, port: Number(port), user: 'postgres', password: 'wrong' }),
    )
    await expect(opening).rejects.toMatchObject({ code: 'UNAUTHORIZED', retryable: false })
  })

  test('because there is no such database', async () => {
    await expect(opened({ database: 'nowhere' })).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })
})

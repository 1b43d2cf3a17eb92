import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const root = join(import.meta.dirname, '..')
const read = (path: string) => readFileSync(join(root, path), 'utf8')
const page = read('../../docs/writing-a-backend.md')
const blocks = [...page.matchAll(/^```ts\n\/\/ (\S+)\n([^]*?)^```$/gm)].map(([, path = '', code = '']) => ({
  path,
  code,
}))

test.each(blocks)('the code of the page is that of $path: $code', ({ path, code }) => {
  expect(read(path).includes(code), `${path} holds it`).toBe(true)
})

test('all code of the page is checked', () => {
  expect(blocks.length).toBeGreaterThan(10)
  expect(blocks.length).toBe(page.match(/^```ts$/gm)?.length)
})

test('the example has the size that the page says', () => {
  const lines = ['src/index.ts', 'src/engine.ts', 'src/store.ts'].map(
    (path) => read(path).split('\n').length - 1,
  )
  const size = lines.reduce((sum, count) => sum + count, 0)
  expect(Number(/in (\d+) lines/.exec(page)?.[1])).toBe(size)
  expect(size).toBeLessThan(200)
})

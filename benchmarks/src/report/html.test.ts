import { build } from 'esbuild'
import { createHash } from 'node:crypto'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { html } from './html.ts'
import { reportPage } from './index.ts'
import type * as report from './index.ts'
import { inlinePage } from './inline.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'report-'))
})
afterAll(() => rm(folder, { recursive: true }))

describe('the page as a file', () => {
  it('lets nothing run or load but its own script and style', async () => {
    const page = await reportPage([], [])
    const sha = (text = '') => `sha256-${createHash('sha256').update(text).digest('base64')}`
    const policy = /Content-Security-Policy" content="([^"]*)"/.exec(page)?.[1] ?? ''
    const [, script] = /<script>([^]*?)<\/script>/.exec(page) ?? []
    const [, style] = /<style>([^]*?)<\/style>/.exec(page) ?? []
    expect(policy.split('; ')).toEqual([
      "default-src 'none'",
      `script-src '${sha(script)}'`,
      `style-src '${sha(style)}'`,
      'img-src data:',
      "base-uri 'none'",
      "form-action 'none'",
    ])
    expect(page.replaceAll('http://www.w3.org/2000/svg', '')).not.toMatch(
      /https?:|url\(|@import|\bfetch\(|import\(/,
    )
  })

  it('is small', async () => {
    expect(Buffer.byteLength(await reportPage([], []))).toBeLessThan(100_000)
  })

  it('keeps no more of a workload than it shows', async () => {
    const workload = { name: 'load', title: 'Load', description: '', steps: [], arms: [{ secret: 'arm' }] }
    expect(await reportPage([], [workload])).not.toContain('secret')
  })

  it('is refused when its own parts would end their elements', () => {
    const data = { records: [], workloads: [] }
    expect(() => html({ script: 'a = "</script>"', style: '' }, data)).toThrow('script')
    expect(() => html({ script: '', style: '</style>' }, data)).toThrow('style')
  })

  it('comes the same from the built package, which has no bundler', async () => {
    const built = join(folder, 'built.mjs')
    await build({
      entryPoints: [join(import.meta.dirname, 'index.ts')],
      bundle: true,
      format: 'esm',
      platform: 'node',
      packages: 'external',
      outfile: built,
      plugins: [inlinePage],
      logLevel: 'silent',
    })
    expect(await readFile(built, 'utf8')).not.toMatch(/import\W+["']esbuild/)
    const page = join(folder, 'report.html')
    const module = (await import(built)) as Pick<typeof report, 'writeReport'>
    await module.writeReport([], [], page)
    expect(await readFile(page, 'utf8')).toBe(await reportPage([], []))
  })
})

import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { namesOf } from '../src/index.ts'
import { run } from '../src/run.ts'

const root = mkdtempSync(join(tmpdir(), 'create-backend-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))

let folders = 0
function emptyFolder(): string {
  const folder = join(root, `${++folders}`)
  mkdirSync(folder)
  return folder
}

const filesOf = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.includes('.') || path === 'LICENSE')
    .sort()

describe('create-backend', () => {
  test('makes a package and tells the next three commands', () => {
    const cwd = emptyFolder()
    const { code, output } = run(['@kelp/holdfast-ordered-map'], cwd, 'pnpm/12.21.0 npm/? node/v24.1.0')
    expect(code).toBe(0)
    expect(output.split('\n').slice(-3)).toEqual([
      '  cd holdfast-ordered-map',
      '  pnpm install',
      '  pnpm test',
    ])
    const folder = join(cwd, 'holdfast-ordered-map')
    expect(filesOf(folder)).toEqual([
      '.gitignore',
      'LICENSE',
      'README.md',
      'bench/verbs.ts',
      'package.json',
      'src/index.ts',
      'src/store.ts',
      'test/conformance.test.ts',
      'test/fresh.ts',
      'test/store.test.ts',
      'tsconfig.build.json',
      'tsconfig.json',
    ])
    const text = filesOf(folder)
      .map((path) => readFileSync(join(folder, path), 'utf8'))
      .join('\n')
    expect(text).not.toMatch(/my-?engine|\^0\.0\.0/i)
    expect(text).toContain('export function orderedMap(): Backend')
    expect(text).toContain("name: 'ordered-map'")
    const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Record<string, unknown>
    const { version } = JSON.parse(readFileSync(join(import.meta.dirname, '../package.json'), 'utf8')) as {
      version: string
    }
    expect(manifest).toMatchObject({
      name: '@kelp/holdfast-ordered-map',
      peerDependencies: { '@holdfast/core': `^${version}` },
    })
  })

  test('makes it where it is told, below folders that are not there yet', () => {
    const cwd = emptyFolder()
    const { code, output } = run(['my-store', '--folder', 'packages/my store'], cwd, 'npm/11.0.0')
    expect(code).toBe(0)
    expect(output).toContain('  cd "packages/my store"\n  npm install\n  npm test')
    expect(existsSync(join(cwd, 'packages/my store/src/store.ts'))).toBe(true)
  })

  test('leaves a folder or file that is there as it is', () => {
    const cwd = emptyFolder()
    mkdirSync(join(cwd, 'empty'))
    mkdirSync(join(cwd, 'full'))
    writeFileSync(join(cwd, 'full/notes'), 'mine')
    writeFileSync(join(cwd, 'file'), 'mine')
    for (const name of ['empty', 'full', 'file']) {
      const { code, output } = run([name], cwd)
      expect(code).toBe(1)
      expect(output).toContain(`${name} exists already, and was left as it is`)
    }
    expect(filesOf(join(cwd, 'empty'))).toEqual([])
    expect(readdirSync(join(cwd, 'full'))).toEqual(['notes'])
    expect(readFileSync(join(cwd, 'file'), 'utf8')).toBe('mine')
  })

  test.each([
    [[], 'A name is missing'],
    [[''], 'A name is missing'],
    [['MyEngine'], 'lower case: myengine'],
    [['../outside'], 'characters a-z'],
    [['/absolute'], 'characters a-z'],
    [['.hidden'], 'characters a-z'],
    [['_private'], 'characters a-z'],
    [['a b'], 'characters a-z'],
    [['@scope/'], 'characters a-z'],
    [['@scope/a/b'], 'characters a-z'],
    [['3d-store'], 'must begin with a letter'],
    [['node_modules'], 'node_modules'],
    [['x'.repeat(215)], '214'],
    [['one', 'two'], 'what is "two"'],
    [['one', '--fodler', 'x'], "Unknown option '--fodler'"],
    [['one', '--folder'], 'folder'],
  ])('refuses %j and makes nothing', (args, problem) => {
    const cwd = emptyFolder()
    const { code, output } = run(args, cwd)
    expect(code).toBe(1)
    expect(output).toContain(problem)
    expect(output).toContain('--help')
    expect(readdirSync(cwd)).toEqual([])
  })

  test('helps', () => {
    expect(run(['--help'], root)).toMatchObject({ code: 0 })
    expect(run(['-h'], root).output).toContain('pnpm create @holdfast/backend <name>')
    expect(run(['--version'], root).output).toMatch(/^\d+\.\d+\.\d+/)
  })

  test('names the parts after the engine, and never as the language or the files do', () => {
    expect(namesOf('@kelp/holdfast-lmdb')).toMatchObject({
      folder: 'holdfast-lmdb',
      engine: 'lmdb',
      function: 'lmdb',
      class: 'Lmdb',
    })
    expect(namesOf('rocks.db-backend')).toMatchObject({
      engine: 'rocks.db',
      function: 'rocksDb',
      class: 'RocksDb',
    })
    expect(namesOf('backend')).toMatchObject({ function: 'backend' })
    expect(namesOf('delete')).toMatchObject({ function: 'deleteBackend', class: 'Delete' })
    expect(namesOf('store')).toMatchObject({ function: 'storeBackend' })
  })
})

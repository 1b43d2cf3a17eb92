import { integer, open, table } from '@holdfast/core'
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { file } from '../src/index.js'
import { temporaryFolder } from './folder.js'

const items = table('items', { id: integer().primaryKey() })

function snapshot(path: string): ReadonlyMap<string, string> {
  const names = readdirSync(path, { recursive: true, encoding: 'utf8' })
  const files = names.filter((name) => name !== 'lock' && statSync(join(path, name)).isFile())
  return new Map(files.map((name) => [name, readFileSync(join(path, name), 'utf8')]))
}

async function database(): Promise<string> {
  const path = join(temporaryFolder(), 'db')
  await using db = await open(file({ path }))
  await db.ensure(items)
  await db.table(items).insert([{ id: 1 }, { id: 2 }])
  return path
}

async function expectDamaged(path: string): Promise<void> {
  const before = snapshot(path)
  for (const readOnly of [true, false]) {
    await expect(open(file({ path, readOnly }))).rejects.toMatchObject({
      code: 'CORRUPT',
      message: expect.stringMatching(/manifest\.json.*repair\(\)/) as string,
    })
  }
  expect(snapshot(path)).toEqual(before)
}

test('tables without a manifest are a database that is damaged', async () => {
  const path = await database()
  rmSync(join(path, 'manifest.json'))
  await expectDamaged(path)
  rmSync(join(path, 'journal-000001.ndjson'))
  await expectDamaged(path)
})

test('so are transactions in a journal', async () => {
  const path = await database()
  rmSync(join(path, 'manifest.json'))
  rmSync(join(path, 'items'), { recursive: true })
  await expectDamaged(path)
})

test('what a process left that ended while it made the database is begun anew', async () => {
  const path = await database()
  const head = readFileSync(join(path, 'journal-000001.ndjson'), 'utf8').split('\n')[0]!
  for (const begun of [undefined, '', head.slice(0, 5), head, `${head}\n`]) {
    const folder = temporaryFolder()
    if (begun !== undefined) writeFileSync(join(folder, 'journal-000001.ndjson'), begun)
    writeFileSync(join(folder, 'manifest.json.new'), '{')
    await using db = await open(file({ path: folder }))
    await db.ensure(items)
  }
})

test("folders that are not the database's stay as they are", async () => {
  const path = await database()
  const mine = join(path, 'mine')
  mkdirSync(mine)
  writeFileSync(join(mine, '20261120.csv'), 'a\n1\n')
  writeFileSync(join(mine, '000001.parquet'), 'mine')
  await (await open(file({ path }))).close()
  expect(readdirSync(mine).sort()).toEqual(['000001.parquet', '20261120.csv'])
})

test('what a writer left that was ended in the middle is removed', async () => {
  const path = await database()
  const whole = snapshot(path)
  const gone = join(path, 'gone')
  cpSync(join(path, 'items'), gone, { recursive: true })
  writeFileSync(join(gone, '000099.parquet'), 'half')
  writeFileSync(join(path, 'items', '000098.ndjson'), 'half')
  writeFileSync(join(path, 'journal-000097.ndjson'), '')
  await (await open(file({ path }))).close()
  expect(snapshot(path)).toEqual(whole)
  expect(readdirSync(path)).not.toContain('gone')
})

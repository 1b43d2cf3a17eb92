import { integer, table, text } from '@holdfast/core'
import { definitionToJson } from '@holdfast/core/backend'
import fc from 'fast-check'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import { expect, test } from 'vitest'
import { encodeName } from '../src/disk/names.js'
import {
  ManifestInDoubtError,
  readManifest,
  settleManifest,
  writeManifest,
} from '../src/manifest/manifest.js'
import type { Manifest, RunEntry, TableEntry } from '../src/manifest/types.js'
import { eachFault, unsyncedDisk } from './failing.js'
import { temporaryFolder } from './folder.js'

const disk = unsyncedDisk()
const full = { synchronous: 'full' } as const

let number = 100
const segment = () => ({
  number: number++,
  format: 'parquet' as const,
  rows: 12_000,
  bytes: 240_000,
  indexBytes: 900,
  indexChecksum: 0xdeadbeef,
  first: [1, 'a', null],
  last: [12_000, 'ü', true],
})
const run = (segments: number, deletes: number): RunEntry => ({
  segments: Array.from({ length: segments }, segment),
  deletes: Array.from({ length: deletes }, segment),
})
const entry = (name: string, id: number, runs: readonly RunEntry[]): TableEntry => ({
  id,
  folder: encodeName(name),
  definition: definitionToJson(
    table(name, { id: integer().primaryKey(), note: text().nullable() }).definition,
  ),
  describedBy: { checksum: 17, revision: 2 },
  since: { journal: 7, offset: 120 },
  lastKey: '9007199254740993',
  rows: { runs },
  indexes: [{ id: id + 1, name: 'by_note', rows: { runs: runs.length > 0 ? [run(1, 1)] : [] } }],
})
const manifest = (revision: number): Manifest => ({
  format: 1,
  revision,
  next: 10_000,
  journals: [
    { number: 7, bytes: 4096 },
    { number: 12, bytes: 0 },
  ],
  tables: [entry('Readings', 3, [run(2, 1), run(3, 0)]), entry('empty', 5, [])],
})
const first = manifest(1)
const second = { ...manifest(2), tables: [] }
const path = (folder: string) => join(folder, 'manifest.json')

test('a folder without one has none', async () => {
  expect(await readManifest(disk, temporaryFolder())).toBeUndefined()
  expect(await readManifest(disk, join(temporaryFolder(), 'missing'))).toBeUndefined()
})

test('what was written last is read', async () => {
  const folder = temporaryFolder()
  for (const written of [first, second, first]) {
    await writeManifest(disk, folder, written, full)
    expect(await readManifest(disk, folder)).toEqual(written)
    expect(readdirSync(folder)).toEqual(['manifest.json'])
  }
  await writeManifest(disk, folder, second, { synchronous: 'off' })
  expect(await readManifest(disk, folder)).toEqual(second)
})

test('it is JSON, a line for each segment', async () => {
  const folder = temporaryFolder()
  await writeManifest(disk, folder, first, full)
  const written = readFileSync(path(folder), 'utf8')
  const { checksum, ...rest } = JSON.parse(written) as Record<string, unknown>
  expect(rest).toEqual(first)
  expect(checksum).toMatch(/^[0-9a-f]{8}$/)
  const lines = written.split('\n').filter((line) => line.includes('"format":"parquet"'))
  expect(lines.length).toBe(written.split('"parquet"').length - 1)
  for (const line of lines) expect(line).toMatch(/^ +\{"number":\d+,.*\},?$/)
})

test('any changed, missing or added byte is damage, and nothing is touched', async () => {
  const folder = temporaryFolder()
  await writeManifest(disk, folder, second, full)
  const whole = readFileSync(path(folder))
  const damaged = async (bytes: Buffer) => {
    writeFileSync(path(folder), bytes)
    await expect(readManifest(disk, folder)).rejects.toMatchObject({ code: 'CORRUPT', path: path(folder) })
    expect(readFileSync(path(folder))).toEqual(bytes)
  }
  for (let place = 0; place < whole.length; place++) {
    for (const change of [1, 0x20, 0x80]) {
      const bytes = Buffer.from(whole)
      bytes[place]! ^= change
      await damaged(bytes)
    }
    await damaged(whole.subarray(0, place))
    await damaged(Buffer.concat([whole.subarray(0, place), whole.subarray(place + 1)]))
    await damaged(Buffer.concat([whole.subarray(0, place), Buffer.from(' '), whole.subarray(place)]))
  }
  await damaged(Buffer.alloc(whole.length))
})

/** Writes JSON as a manifest whose checksum is right. */
function writeAnything(folder: string, value: object): void {
  const covered = `${JSON.stringify(value).slice(0, -1)},\n`
  const checksum = crc32(covered).toString(16).padStart(8, '0')
  writeFileSync(path(folder), `${covered}"checksum": "${checksum}"\n}\n`)
}

test('a later format is refused, and not as damage', async () => {
  const folder = temporaryFolder()
  writeAnything(folder, { format: 2, tables: 'elsewhere' })
  await expect(readManifest(disk, folder)).rejects.toMatchObject({ code: 'UNSUPPORTED', path: path(folder) })
})

const [readings] = first.tables as [TableEntry]
const withTable = (change: object): object => ({ ...first, tables: [{ ...readings, ...change }] })
const withSegment = (change: object): object =>
  withTable({ rows: { runs: [{ segments: [{ ...segment(), ...change }], deletes: [] }] } })

test.each([
  ['format', { ...first, format: 0 }],
  ['revision', { ...first, revision: -1 }],
  ['unknown member "more"', { ...first, more: 1 }],
  ['next', { ...first, next: '10' }],
  ['journals', { ...first, journals: {} }],
  ['journal 7 is there twice', { ...first, journals: [first.journals[0], first.journals[0]] }],
  ['order', { ...first, journals: [...first.journals].reverse() }],
  ['journal 12 is not below', { ...first, next: 12, tables: [] }],
  ['journals[0].bytes', { ...first, journals: [{ number: 1, bytes: 1.5 }] }],
  ['table 3 is there twice', { ...first, tables: [readings, { ...first.tables[1], id: 3 }] }],
  ['table 4 is there twice', withTable({ id: 4 })],
  ['folder', withTable({ folder: 'readings' })],
  ['tables[0].definition', withTable({ definition: [] })],
  ['lastKey', withTable({ lastKey: 3 })],
  ['indexes', withTable({ indexes: undefined })],
  ['describedBy', withTable({ describedBy: null })],
  ['deletes', withTable({ rows: { runs: [{ segments: [] }] } })],
  ['format', withSegment({ format: 'xml' })],
  ['rows', withSegment({ rows: 0 })],
  ['first', withSegment({ first: 'a' })],
  ['segment 20000 is not below', withSegment({ number: 20_000 })],
  ['is there twice', withTable({ indexes: [{ id: 9, name: 'x', rows: readings.rows }] })],
])('a manifest with another %s is refused', async (word, value) => {
  const folder = temporaryFolder()
  writeAnything(folder, value)
  await expect(readManifest(disk, folder)).rejects.toMatchObject({
    code: 'CORRUPT',
    message: expect.stringContaining(word) as string,
  })
})

test('numbers that are the same in different kinds are no mistake', async () => {
  const folder = temporaryFolder()
  writeAnything(folder, withSegment({ number: 7 }))
  expect(await readManifest(disk, folder)).toBeDefined()
})

test.each(['swap', 'first'] as const)(
  'whatever call fails, it is known which one counts (%s)',
  async (kind) => {
    const outcomes = new Set<string>()
    const cases = await eachFault(async (failing) => {
      const folder = temporaryFolder()
      const old = kind === 'swap' ? first : undefined
      if (old !== undefined) await writeManifest(disk, folder, old, full)
      const outcome = await writeManifest(failing, folder, second, full).then(
        () => 'new',
        (error: unknown) => (error instanceof ManifestInDoubtError ? 'in doubt' : 'old'),
      )
      outcomes.add(outcome)
      const found = await readManifest(disk, folder)
      if (outcome === 'in doubt') expect([old, second]).toContainEqual(found)
      else expect(found).toEqual(outcome === 'new' ? second : old)
      await settleManifest(disk, folder, full)
      expect(existsSync(join(folder, 'manifest.json.new'))).toBe(false)
      expect(await readManifest(disk, folder)).toEqual(found)
      await writeManifest(disk, folder, first, full)
      expect(await readManifest(disk, folder)).toEqual(first)
    })
    expect(cases).toBeGreaterThanOrEqual(4 * 6)
    expect([...outcomes].sort()).toEqual(['in doubt', 'new', 'old'])
  },
)

test('whatever call fails while reading, nothing else is read, and nothing changes', async () => {
  const folder = temporaryFolder()
  await writeManifest(disk, folder, first, full)
  const before = readFileSync(path(folder))
  const cases = await eachFault(async (failing) => {
    const found = await readManifest(failing, folder).catch(() => first)
    expect(found).toEqual(first)
    expect(readFileSync(path(folder))).toEqual(before)
  })
  expect(cases).toBe(4 * 3)
})

test('names of every length are those of folders', async () => {
  await fc.assert(
    fc.asyncProperty(fc.stringMatching(/^[A-Za-z][A-Za-z0-9_]{0,62}$/), async (name) => {
      fc.pre(!/^(sqlite_|holdfast_)/i.test(name))
      const folder = temporaryFolder()
      const written = { ...first, tables: [entry(name, 3, [])] }
      await writeManifest(disk, folder, written, full)
      expect(await readManifest(disk, folder)).toEqual(written)
    }),
    { numRuns: 30 },
  )
})

import type { ColumnDefinition, StoredRow } from '@holdfast/core/backend'
import fc from 'fast-check'
import { readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { Journal, journalName } from '../src/journal/journal.js'
import type { JournalRecord } from '../src/journal/types.js'
import type { RowLayout } from '../src/segments/types.js'
import { eachFault, failing, unsyncedDisk } from './failing.js'
import { temporaryFolder } from './folder.js'

const column = (name: string, type: ColumnDefinition['type'], nullable = false): ColumnDefinition => ({
  name,
  type,
  nullable,
})

const everything: RowLayout = {
  table: 'everything',
  key: ['serial', 'name'],
  columns: [
    column('name', { name: 'text' }),
    column('serial', { name: 'bigint' }),
    column('flag', { name: 'boolean' }, true),
    column('count', { name: 'integer' }, true),
    column('ratio', { name: 'double' }, true),
    column('price', { name: 'decimal', precision: 18, scale: 2 }, true),
    column('picture', { name: 'bytes' }, true),
    column('at', { name: 'timestamp', unit: 'us' }, true),
    column('seen', { name: 'timestamp', unit: 'ms' }, true),
    column('more', { name: 'json' }, true),
  ],
}
const short: RowLayout = {
  table: 'short',
  key: ['id'],
  columns: [column('id', { name: 'integer' }), column('text', { name: 'text' }, true)],
}
const layouts = new Map([
  [3, everything],
  [4, short],
])
const layoutOf = (id: number) => layouts.get(id)
const full = { synchronous: 'full' } as const
const disk = unsyncedDisk()

const orNull = <Value>(values: fc.Arbitrary<Value>) => fc.option(values, { nil: null, freq: 4 })
const text = fc.string({ unit: 'grapheme', maxLength: 20 })
const int64 = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })
const key = fc.tuple(int64, text)
const row: fc.Arbitrary<StoredRow> = fc.record(
  {
    name: text,
    serial: int64,
    flag: orNull(fc.boolean()),
    count: orNull(fc.maxSafeInteger()),
    ratio: orNull(fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0)),
    price: orNull(fc.bigInt({ min: -(10n ** 18n) + 1n, max: 10n ** 18n - 1n })),
    picture: orNull(fc.uint8Array({ maxLength: 12 })),
    at: orNull(fc.bigInt({ min: -(10n ** 16n), max: 10n ** 16n })),
    seen: orNull(fc.integer()),
    more: orNull(fc.json()),
  },
  { noNullPrototype: true },
)
const shortRow = fc.record({ id: fc.nat(99), text: orNull(text) }, { noNullPrototype: true })
const record: fc.Arbitrary<JournalRecord> = fc
  .array(
    fc.oneof(
      fc.record({
        id: fc.constant(3),
        puts: fc.array(row, { maxLength: 3 }),
        deletes: fc.array(key, { maxLength: 3 }),
      }),
      fc.record(
        {
          id: fc.constant(4),
          puts: fc.array(shortRow, { maxLength: 3 }),
          deletes: fc.array(fc.tuple(fc.nat(99)), { maxLength: 3 }),
          lastKey: fc.oneof(fc.nat(), int64),
        },
        { requiredKeys: ['id', 'puts', 'deletes'] },
      ),
    ),
    { minLength: 1, maxLength: 3 },
  )
  .map((tables) => ({ tables }))
const batches = fc.array(fc.array(record, { minLength: 1, maxLength: 3 }), { maxLength: 4 })

const put = (id: number, value: string | null = `row ${id}`): JournalRecord => ({
  tables: [{ id: 4, puts: [{ id, text: value }], deletes: [] }],
})

/** What is written at once is one line. */
const together = (records: readonly JournalRecord[]): JournalRecord => ({
  tables: records.flatMap(({ tables }) => tables),
})

async function write(
  folder: string,
  all: readonly (readonly JournalRecord[])[],
): Promise<{ ends: number[]; path: string }> {
  const journal = await Journal.create(disk, folder, 7, full)
  const ends = [journal.bytes]
  for (const records of all) {
    await journal.append(records, layoutOf)
    ends.push(journal.bytes)
  }
  journal.close()
  return { ends, path: journal.path }
}

async function read(folder: string, bytes = 0): Promise<readonly JournalRecord[]> {
  const { records, journal } = await Journal.open(disk, folder, { number: 7, bytes }, layoutOf, full)
  journal.close()
  return records.map(({ record }) => record)
}

test('what was appended is read: every type, in order, with the lengths as told', async () => {
  await fc.assert(
    fc.asyncProperty(batches, async (all) => {
      const folder = temporaryFolder()
      const { ends, path } = await write(folder, all)
      expect(await read(folder, ends.at(-1))).toEqual(all.map(together))
      expect(readFileSync(path).length).toBe(ends.at(-1))
    }),
    { numRuns: 150 },
  )
})

test('a person can read it', async () => {
  const folder = temporaryFolder()
  const changes = { id: 4, puts: [{ id: 17, text: 'seventeen' }], deletes: [[4]], lastKey: 17n }
  const { path } = await write(folder, [[{ tables: [changes] }]])
  expect(readFileSync(path, 'utf8')).toMatch(
    /^[0-9a-f]{8} 24 \{"journal":7,"format":1\}\n[0-9a-f]{8} \d+ \[\{"id":4,"put":\[\[17,"seventeen"\]\],"delete":\[\[4\]\],"lastKey":"17"\}\]\n$/,
  )
})

test('changes of what is not there any more are left out', async () => {
  const folder = temporaryFolder()
  const other = { id: 3, puts: [], deletes: [[1n, 'a']] }
  await write(folder, [[{ tables: [other, ...put(1).tables] }], [{ tables: [other] }]])
  const opened = await Journal.open(
    disk,
    folder,
    { number: 7, bytes: 0 },
    (id) => (id === 4 ? short : undefined),
    full,
  )
  expect(opened.records.map(({ record }) => record)).toEqual([put(1), { tables: [] }])
})

test('nothing is written for an id that is not known', async () => {
  const folder = temporaryFolder()
  const journal = await Journal.create(disk, folder, 7, full)
  const { bytes } = journal
  const unknown = { tables: [{ id: 99, puts: [], deletes: [] }] }
  await expect(journal.append([put(1), unknown], layoutOf)).rejects.toMatchObject({ code: 'INTERNAL' })
  expect(journal.bytes).toBe(bytes)
  await journal.append([put(2)], layoutOf)
  journal.close()
  await expect(journal.append([put(3)], layoutOf)).rejects.toMatchObject({ code: 'IO' })
  expect(await read(folder)).toEqual([put(2)])
})

test('opening and appending goes on where it ended', async () => {
  const folder = temporaryFolder()
  await write(folder, [[put(1)]])
  for (const id of [2, 3]) {
    const { journal } = await Journal.open(disk, folder, { number: 7, bytes: 0 }, layoutOf, {
      synchronous: 'off',
    })
    await journal.append([put(id)], layoutOf)
    journal.close()
  }
  expect(await read(folder)).toEqual([put(1), put(2), put(3)])
})

test('lines longer than what is read at once', async () => {
  const folder = temporaryFolder()
  const all = [1, 2, 3].map((id) => put(id, 'é"\n'.repeat(id * 300_000)))
  await write(folder, [[all[0]!], [all[1]!, all[2]!]])
  expect(await read(folder)).toEqual([all[0], together(all.slice(1))])
})

const three = [[put(1)], [put(2, 'ä€🌿')], [put(3)]]

test('a file cut anywhere within the last line loses that transaction and no other', async () => {
  const folder = temporaryFolder()
  const { ends, path } = await write(folder, three)
  const whole = readFileSync(path)
  for (let size = ends[2]!; size < whole.length; size++) {
    for (const zeros of [0, 1, whole.length - size, 4096]) {
      // One zero in place of the line break is a byte that was changed.
      if (size === whole.length - 1 && zeros > 0) continue
      writeFileSync(path, Buffer.concat([whole.subarray(0, size), Buffer.alloc(zeros)]))
      const before = readFileSync(path)
      const { journal, records } = await Journal.open(
        disk,
        folder,
        { number: 7, bytes: ends[2]! },
        layoutOf,
        full,
      )
      expect(records).toEqual([
        { offset: ends[0], record: put(1) },
        { offset: ends[1], record: put(2, 'ä€🌿') },
      ])
      expect(journal.bytes).toBe(ends[2])
      expect(readFileSync(path)).toEqual(before)
      await journal.append([put(4)], layoutOf)
      journal.close()
      expect(await read(folder)).toEqual([put(1), put(2, 'ä€🌿'), put(4)])
    }
  }
})

test('sectors that are missing from the last line lose that write and no other; from an earlier one they are damage', async () => {
  const folder = temporaryFolder()
  const long = [[put(1, 'a'.repeat(1500))], [put(2, 'b'.repeat(2000)), put(3, 'c'.repeat(1000))]]
  const { ends, path } = await write(folder, long)
  const whole = readFileSync(path)
  for (let from = 0; from < whole.length; from += 512) {
    for (let to = from + 512; to < whole.length + 512; to += 512) {
      for (const start of [from, Math.max(from, ends[1]!)]) {
        if (start >= Math.min(to, whole.length)) continue
        writeFileSync(path, Buffer.from(whole).fill(0, start, Math.min(to, whole.length)))
        if (start >= ends[1]!) expect(await read(folder, ends[1])).toEqual([put(1, 'a'.repeat(1500))])
        else await expect(read(folder, ends[1])).rejects.toMatchObject({ code: 'CORRUPT' })
      }
    }
  }
})

test('a file cut shorter than it was is damaged, and stays as it is', async () => {
  const folder = temporaryFolder()
  const { ends, path } = await write(folder, three)
  for (let size = ends[3]! - 1; size >= 0; size--) {
    truncateSync(path, size)
    await expect(read(folder, ends[3])).rejects.toMatchObject({
      code: 'CORRUPT',
      path,
      message: expect.stringContaining(`byte ${ends.findLast((end) => end <= size) ?? 0}:`) as string,
    })
    expect(readFileSync(path).length).toBe(size)
  }
  rmSync(path)
  await expect(read(folder)).rejects.toMatchObject({ code: 'CORRUPT', path })
})

test('any changed byte is damage, and nothing is touched', async () => {
  const folder = temporaryFolder()
  const { ends, path } = await write(folder, three)
  const whole = readFileSync(path)
  for (let place = 0; place < whole.length; place++) {
    for (const change of [1, 0x20, 0x80, whole[place]!, whole[place]! ^ 0x0a]) {
      if (change === 0) continue
      const damaged = Buffer.from(whole)
      damaged[place]! ^= change
      writeFileSync(path, damaged)
      await expect(read(folder), `byte ${place} with ${change}`).rejects.toMatchObject({
        code: 'CORRUPT',
        path,
      })
      expect(readFileSync(path)).toEqual(damaged)
    }
  }
  expect(ends.at(-1)).toBe(whole.length)
})

test('bytes that are inserted, left out or repeated are damage', async () => {
  const folder = temporaryFolder()
  const { ends, path } = await write(folder, three)
  const whole = readFileSync(path)
  await fc.assert(
    fc.asyncProperty(
      fc.nat(ends[2]! - 1),
      fc.uint8Array({ maxLength: 5 }),
      fc.nat(5),
      async (place, bytes, left) => {
        const damaged = Buffer.concat([whole.subarray(0, place), bytes, whole.subarray(place + left)])
        fc.pre(!damaged.equals(whole))
        writeFileSync(path, damaged)
        await expect(read(folder)).rejects.toMatchObject({ code: 'CORRUPT' })
      },
    ),
    { numRuns: 300 },
  )
})

test('the journal of another number does not pass', async () => {
  const folder = temporaryFolder()
  const { path } = await write(folder, three)
  writeFileSync(join(folder, journalName(8)), readFileSync(path))
  await expect(Journal.open(disk, folder, { number: 8, bytes: 0 }, layoutOf, full)).rejects.toMatchObject({
    code: 'CORRUPT',
  })
})

/** Whether `found` is what was acknowledged, or that and first ones of what was in flight. */
function expectNothingLost(
  found: readonly JournalRecord[],
  acknowledged: readonly JournalRecord[],
  inFlight: readonly JournalRecord[],
): void {
  expect(found.length).toBeGreaterThanOrEqual(acknowledged.length)
  expect(found).toEqual([...acknowledged, ...inFlight].slice(0, found.length))
}

const steps = [[put(1)], [put(2), put(3)], [put(4, 'long'.repeat(30_000))], [put(5)]]

test('whatever call fails, what was acknowledged is there, and what was not is not', async () => {
  const cases = await eachFault(async (disk) => {
    const folder = temporaryFolder()
    await write(folder, [])
    const opened = await Journal.open(disk, folder, { number: 7, bytes: 0 }, layoutOf, full).catch(
      () => undefined,
    )
    if (opened === undefined) return
    const acknowledged: JournalRecord[] = []
    for (const records of steps) {
      await opened.journal.append(records, layoutOf).then(
        () => acknowledged.push(together(records)),
        () => undefined,
      )
      // One call fails, so all that was written can be taken back.
      expect(await read(folder)).toEqual(acknowledged)
    }
    opened.journal.close()
  })
  expect(cases).toBeGreaterThan(4 * 12)
})

test('a journal that could not be made can be made then', async () => {
  const cases = await eachFault(async (failing) => {
    const folder = temporaryFolder()
    const create = () => Journal.create(failing, folder, 7, full)
    const made = await create().catch(create)
    made.close()
    const { bytes } = made
    const { journal: opened } = await Journal.open(disk, folder, { number: 7, bytes }, layoutOf, full)
    await opened.append([put(1)], layoutOf)
    opened.close()
    expect(await read(folder, opened.bytes)).toEqual([put(1)])
  })
  expect(cases).toBeGreaterThanOrEqual(4 * 5)
})

test('with a second failure, too', async () => {
  const outcomes = new Set<string>()
  for (const second of ['EIO', 'short'] as const) {
    for (let distance = 1; distance <= 3; distance++) {
      await eachFault(async (once, _, n) => {
        const twice = failing(once, n + distance, second)
        const folder = temporaryFolder()
        const { ends } = await write(folder, [[put(0)]])
        const acknowledged = [put(0)]
        const inFlight: JournalRecord[] = []
        const opened = await Journal.open(
          twice,
          folder,
          { number: 7, bytes: ends[1]! },
          layoutOf,
          full,
        ).catch(() => undefined)
        for (const records of opened === undefined ? [] : steps) {
          try {
            await opened!.journal.append(records, layoutOf)
            expect(inFlight).toEqual([])
            acknowledged.push(together(records))
          } catch (error) {
            const found = await read(folder)
            if (inFlight.length === 0 && found.length > acknowledged.length) inFlight.push(together(records))
            outcomes.add((error as Error).message.includes('could not be taken back') ? 'broken' : 'failed')
          }
        }
        opened?.journal.close()
        expectNothingLost(await read(folder), acknowledged, inFlight)
      })
    }
  }
  expect([...outcomes].sort()).toEqual(['broken', 'failed'])
})

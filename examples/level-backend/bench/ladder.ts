/**
 * What each rung of docs/writing-a-backend.md buys: the same questions over the same rows, first with the four methods
 * alone, then with one thing more at a time; and LevelDB itself, which sets the limit. `node bench/ladder.ts 100000` takes the
 * number of rows.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { count, double, integer, open, table, text } from '@holdfast/core'
import type { Database } from '@holdfast/core'
import { keyValueBackend } from '@holdfast/core/backend'
import type { Backend, KeyValueStore } from '@holdfast/core/backend'
import { level } from '../src/index.ts'
import { LevelStore, openLevel } from '../src/store.ts'

const size = Number(process.argv[2] ?? 100_000)
const folder = mkdtempSync(join(tmpdir(), 'level-ladder-'))
const path = join(folder, 'holdfast')

const readings = table('readings', { id: integer().primaryKey(), station: text(), celsius: double() })
const rows = Array.from({ length: size }, (_, id) => ({
  id,
  station: `s${id % 100}`,
  celsius: (id % 400) / 10,
}))
const some = Array.from({ length: 500 }, (_, index) => Math.floor((index * size) / 500))
const [low, high] = [Math.floor(size * 0.5), Math.floor(size * 0.51)]

const fourMethods = (store: LevelStore): KeyValueStore => ({
  get: (key) => store.get(key),
  scan: (range) => store.scan(range),
  write: (changes) => store.write(changes),
  close: () => store.close(),
})
const withGetMany = (store: LevelStore): KeyValueStore => ({
  ...fourMethods(store),
  getMany: (keys) => store.getMany(keys),
})
const rung = (of: (store: LevelStore) => KeyValueStore): Backend =>
  keyValueBackend({
    name: 'level',
    durable: true,
    open: async () => of(new LevelStore(await openLevel(path), false)),
  })

const rungs: Readonly<Record<string, Backend>> = {
  'four methods': rung(fourMethods),
  'and getMany': rung(withGetMany),
  'and takes, run': level({ path, sync: false }),
}

const questions: Readonly<Record<string, (database: Database) => Promise<unknown>>> = {
  '500 rows by key': (database) =>
    database
      .table(readings)
      .where((row) => row.id.in(some))
      .all(),
  'a range of 1 %': (database) =>
    database
      .table(readings)
      .where((row) => row.id.ge(low).and(row.id.lt(high)))
      .all(),
  'the last 20': (database) =>
    database
      .table(readings)
      .orderBy((row) => row.id.desc())
      .limit(20)
      .all(),
  'count of a half': (database) =>
    database
      .table(readings)
      .where((row) => row.id.ge(low))
      .select(() => ({ number: count() }))
      .all(),
}

try {
  const times = new Map(Object.keys(questions).map((question) => [question, [] as number[]]))
  let answers: string | undefined
  for (const [index, backend] of Object.values(rungs).entries()) {
    await using database = await open(backend)
    await database.ensure(readings)
    if (index === 0) await database.table(readings).insert(rows)
    const given: unknown[] = []
    for (const [question, ask] of Object.entries(questions)) {
      given.push(await ask(database))
      times.get(question)?.push(await best(() => ask(database)))
    }
    answers ??= JSON.stringify(given)
    if (JSON.stringify(given) !== answers) throw new Error('the rungs differ in their answers')
  }
  for (const [question, raw] of Object.entries(await rawTimes())) times.get(question)?.push(raw)
  print(times)
} finally {
  rmSync(folder, { recursive: true, force: true })
}

/** The same without Holdfast: keys of four bytes, rows as JSON. */
async function rawTimes(): Promise<Record<string, number>> {
  const raw = await openLevel(join(folder, 'raw'))
  const keyOf = (id: number) => Uint8Array.of(id >> 24, id >> 16, id >> 8, id)
  const parse = (value: Uint8Array | undefined) =>
    value && (JSON.parse(Buffer.from(value).toString()) as unknown)
  await raw.batch(
    rows.map((row) => ({ type: 'put', key: keyOf(row.id), value: Buffer.from(JSON.stringify(row)) })),
  )
  const work: Readonly<Record<keyof typeof questions, () => Promise<unknown>>> = {
    '500 rows by key': async () => (await raw.getMany(some.map(keyOf))).map(parse),
    'a range of 1 %': async () => (await raw.values({ gte: keyOf(low), lt: keyOf(high) }).all()).map(parse),
    'the last 20': async () => (await raw.values({ reverse: true, limit: 20 }).all()).map(parse),
    'count of a half': async () => (await raw.keys({ gte: keyOf(low) }).all()).length,
  }
  const times: Record<string, number> = {}
  for (const [question, ask] of Object.entries(work)) times[question] = await best(ask)
  await raw.close()
  return times
}

/** The best of nine: the others were kept waiting by something else. */
async function best(work: () => Promise<unknown>): Promise<number> {
  let time = Infinity
  for (let round = 0; round < 9; round++) {
    const start = performance.now()
    await work()
    time = Math.min(time, performance.now() - start)
  }
  return time
}

/** Milliseconds, and how many times as fast as the four methods alone. */
function print(times: ReadonlyMap<string, readonly number[]>): void {
  const cells = (values: readonly string[]) =>
    values
      .map((value) => value.padEnd(22))
      .join('')
      .trimEnd()
  console.log(cells([`${size} rows`, ...Object.keys(rungs), 'LevelDB alone']))
  for (const [question, [first = 0, ...others]] of times)
    console.log(
      cells([
        question,
        `${first.toFixed(2)} ms`,
        ...others.map((time) => `${time.toFixed(2)} ms  ${(first / time).toFixed(1)}x`),
      ]),
    )
}

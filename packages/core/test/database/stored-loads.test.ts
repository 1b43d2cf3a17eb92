import fc from 'fast-check'
import { describe, expect, onTestFinished, test } from 'vitest'
import { bigint, date, decimal, integer, json, open, table, text, timestamp } from '../../src/index.js'
import { isHoldfastError, isStored, limits, offerStored, toStored } from '../../src/backend/index.js'
import type { StoredRow, StoredValue } from '../../src/backend/index.js'
import { TestEngine } from './test-engine.js'

const notes = table(
  'notes',
  {
    id: text().primaryKey(),
    price: decimal(9, 2),
    at: timestamp().default(new Date(5)),
    day: date().nullable(),
    size: integer(),
    total: bigint().nullable(),
    doc: json().nullable(),
    revision: integer().version(),
  },
  { checks: { positive: (row) => row.size.gt(-90) } },
)

/** Values in the user's form, right and wrong ones. */
const values: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  id: fc.oneof(
    fc.string({ minLength: 1, maxLength: 6 }),
    fc.constantFrom('a\0b', '\ud800', 'x'.repeat(limits.maxKeyBytes), 'ä'.repeat(limits.maxKeyBytes)),
  ),
  price: fc.constantFrom('1.25', '-0.10', '9999999.99'),
  at: fc.date({ noInvalidDate: true, min: new Date(0), max: new Date(2 ** 41) }),
  day: fc.constantFrom('2024-02-29', '0001-01-01', null),
  size: fc.integer({ min: -100, max: 100 }),
  total: fc.oneof(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), fc.constant(null)),
  doc: fc.constantFrom(null, 5, 'text', { b: [1, { y: null, x: 'ä' }], a: false }, []),
  revision: fc.integer({ min: 1, max: 9 }),
}
const optional = ['at', 'day', 'total', 'doc', 'revision']
const row = fc.record(values, { requiredKeys: ['id', 'price', 'size'] })

/** What a reader of files would make of the same row: it looks at types and nulls, and not at all that tables ask for. */
function storedOf(user: Readonly<Record<string, unknown>>): StoredRow {
  const types = new Map(notes.definition.columns.map(({ name, type }) => [name, type]))
  return Object.fromEntries(
    Object.entries(user).map(([name, value]) => {
      const isKept = name === 'id' || value === null
      return [name, isKept ? (value as StoredValue) : toStored(types.get(name)!, value, name)]
    }),
  )
}

interface Outcome {
  readonly told: unknown
  readonly rows: readonly unknown[]
}

async function loaded(given: object): Promise<Outcome> {
  const db = await open(new TestEngine({ begins: true }).backend())
  await db.ensure(notes)
  const told = await db
    .table(notes)
    .load(given as never, { batchSize: 3 })
    .catch((error: unknown) => {
      if (!isHoldfastError(error)) throw error
      return { code: error.code, path: error.path, message: error.message }
    })
  const rows = await db.table(notes).all()
  await db.close()
  return { told, rows }
}

async function* inBatches(rows: readonly StoredRow[]): AsyncGenerator<StoredRow[]> {
  for (let start = 0; start < rows.length; start += 2) yield rows.slice(start, start + 2)
}

/** Rows that are offered in their stored form; in the user's they are not there at all. */
function offered(stored: readonly StoredRow[], definition = notes.definition): object {
  const rows: readonly unknown[] = []
  const given = { [Symbol.iterator]: () => rows.values() }
  offerStored(given, { table: definition, take: () => inBatches(stored) })
  return given
}

describe('a load of rows in their stored form', () => {
  test('keeps and refuses what the same rows in the form of the user would', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(row, { maxLength: 9 }), async (rows) => {
        fc.pre(new Set(rows.map(({ id }) => id)).size === rows.length)
        const plain = rows.map((given) => Object.fromEntries(Object.entries(given)))
        expect(await loaded(offered(plain.map(storedOf)))).toEqual(await loaded(plain))
      }),
      { numRuns: 300 },
    )
  })

  test('refuses whatever is not in the stored form, and strangers, and keeps nothing', async () => {
    const good: StoredRow = { id: 'a', price: 125n, at: 5, day: null, size: 1, total: null, doc: '{"a":1}' }
    expect((await loaded(offered([{ ...good }]))).rows).toHaveLength(1)
    const wrong = fc.constantFrom<StoredValue | undefined>(
      'x',
      1.5,
      2n ** 70n,
      true,
      new Uint8Array(1),
      undefined,
    )
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...Object.keys(good), 'stranger'), wrong, async (name, value) => {
        const column = notes.definition.columns.find((candidate) => candidate.name === name)
        const absent = value === undefined && optional.includes(name)
        fc.pre(!absent && (column === undefined || value === undefined || !isStored(column.type, value)))
        const { told, rows } = await loaded(offered([{ ...good }, { ...good, id: 'b', [name]: value! }]))
        const code = column === undefined ? 'UNKNOWN_COLUMN' : 'INVALID_VALUE'
        expect(told).toMatchObject({ code, path: `rows[1].${name}` })
        expect(rows).toEqual([])
      }),
      { numRuns: 100 },
    )
  })

  test('is not made of rows for another table, even one that says the same', async () => {
    const { definition } = table('notes', { id: text().primaryKey() })
    expect(await loaded(offered([{ id: 'a' }], definition))).toEqual({ told: { count: 0 }, rows: [] })
  })
})

test('what takes rows in their stored form fails as they do', async () => {
  const db = await open(new TestEngine({ begins: true }).backend())
  onTestFinished(() => db.close())
  await db.ensure(notes)
  const thrown = new Error('the source is broken')
  const given = { [Symbol.iterator]: () => [][Symbol.iterator]() }
  offerStored(given, {
    table: notes.definition,
    // eslint-disable-next-line require-yield -- it ends before its first batch
    async *take() {
      throw thrown
    },
  })
  await expect(db.table(notes).load(given as never)).rejects.toBe(thrown)
})

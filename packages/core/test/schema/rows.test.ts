import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { HoldfastError, isHoldfastError } from '../../src/backend/errors.js'
import {
  bigint,
  bytes,
  date,
  decimal,
  double,
  integer,
  json,
  text,
  timestamp,
  uuid,
} from '../../src/schema/columns.js'
import { table, tableFromDefinition } from '../../src/schema/table.js'
import type { ColumnDefinition, ColumnType, StoredRow, TableDefinition } from '../../src/schema/types.js'
import {
  compileKeyDecoder,
  compileKeyEncoder,
  compilePatchEncoder,
  compileRowDecoder,
  compileRowEncoder,
  toStored,
  toUser,
} from '../../src/schema/values.js'
import { logicalType, userValue } from './arbitraries.js'
import { garbage, hostileValues } from './hostile.js'

const names = ['a', 'B', 'constructor', 'toString', 'hasOwnProperty', '_x1', 'known', 'row', 'v0', 'then']

/** Tables of any columns but generated ones and versions, the first column being the key. */
const anyTable: fc.Arbitrary<TableDefinition> = fc
  .record({
    names: fc.shuffledSubarray(names, { minLength: 1 }),
    types: fc.array(logicalType, { minLength: names.length, maxLength: names.length }),
    nullable: fc.array(fc.boolean(), { minLength: names.length, maxLength: names.length }),
    defaults: fc.array(fc.boolean(), { minLength: names.length, maxLength: names.length }),
  })
  .chain(({ names, types, nullable, defaults }) => {
    const columns = names.map((name, index): fc.Arbitrary<ColumnDefinition> => {
      const type = types[index]!
      if (index === 0) return fc.constant({ name, type: { name: 'integer' }, nullable: false })
      const column = { name, type, nullable: nullable[index]! }
      if (!defaults[index]) return fc.constant(column)
      return userValue(type).map((value) => ({
        ...column,
        default: { kind: 'value', value: toStored(type, value, 'v') },
      }))
    })
    return fc
      .tuple(...columns)
      .map((columns) => ({ name: 't', columns, primaryKey: [names[0]!], indexes: [], checks: [] }))
  })

/** A row of a table in which some values are left out, undefined, null, or of another type. */
function anyRow(definition: TableDefinition): fc.Arbitrary<Record<string, unknown>> {
  const value = ({ type }: ColumnDefinition) =>
    fc.oneof(
      { weight: 20, arbitrary: userValue(type) },
      { weight: 1, arbitrary: fc.constantFrom(undefined, null) },
      { weight: 1, arbitrary: logicalType.chain(userValue) },
    )
  const values = fc.tuple(...definition.columns.map(value))
  const present = fc.tuple(...definition.columns.map(() => fc.integer({ min: 0, max: 9 })))
  const stranger = fc.constantFrom(...Array.from({ length: 9 }, () => undefined), 'stranger')
  return fc.tuple(values, present, stranger, fc.boolean()).map(([values, present, stranger, bare]) => {
    const row = (bare ? Object.create(null) : {}) as Record<string, unknown>
    definition.columns.forEach(({ name }, index) => {
      if (present[index]! > 0) row[name] = values[index]
    })
    if (stranger !== undefined) row[stranger] = 1
    return row
  })
}

const tableAndRow = anyTable.chain((definition) =>
  fc.record({ definition: fc.constant(definition), row: anyRow(definition) }),
)

/** What a row must be encoded to, column by column; or the code of its refusal. */
function model(definition: TableDefinition, row: Record<string, unknown>): StoredRow | string {
  const strangers = Object.keys(row).filter((name) =>
    definition.columns.every((column) => column.name !== name),
  )
  if (strangers.length > 0) return 'UNKNOWN_COLUMN'
  const stored: StoredRow = {}
  for (const { name, type, nullable, default: given } of definition.columns) {
    const value = Object.hasOwn(row, name) ? row[name] : undefined
    if (value === undefined && given?.kind === 'value') stored[name] = given.value
    else if (value == null && !nullable) return 'INVALID_VALUE'
    else if (value == null && nullable) stored[name] = null
    else {
      const result = attempt(() => toStored(type, value, 'value'))
      if (result instanceof HoldfastError) return result.code
      stored[name] = result
    }
  }
  return stored
}

function attempt<Result>(run: () => Result): Result | HoldfastError {
  try {
    return run()
  } catch (error) {
    if (!isHoldfastError(error)) throw error
    return error
  }
}

/** Columns may be named `constructor`, which matchers take for a class. */
const comparable = (row: object | string) => (typeof row === 'string' ? row : Object.entries(row))

const codeOrResult = <Result>(run: () => Result): Result | string => {
  const result = attempt(run)
  return result instanceof HoldfastError ? result.code : result
}

describe('the row encoder', () => {
  test('encodes each column as its type says, and refuses what its type refuses', () => {
    fc.assert(
      fc.property(tableAndRow, ({ definition, row }) => {
        const encode = compileRowEncoder(definition)
        expect(comparable(codeOrResult(() => encode(row, 0)))).toStrictEqual(
          comparable(model(definition, row)),
        )
      }),
      { numRuns: 3000 },
    )
  })

  test('gives each row back through the decoder', () => {
    fc.assert(
      fc.property(tableAndRow, ({ definition, row }) => {
        const stored = attempt(() => compileRowEncoder(definition)(row, 0))
        fc.pre(!(stored instanceof HoldfastError))
        const decode = compileRowDecoder(new Map(definition.columns.map((column) => [column.name, column])))
        const expected = definition.columns.map(({ name, type }) => [name, toUser(type, stored[name]!)])
        expect(Object.entries(decode === undefined ? stored : decode(stored))).toStrictEqual(expected)
      }),
      { numRuns: 1000 },
    )
  })

  test('neither changes nor keeps what it is given', () => {
    fc.assert(
      fc.property(tableAndRow, ({ definition, row }) => {
        const before = fc.stringify(row)
        const stored = attempt(() => compileRowEncoder(definition)(Object.freeze(row), 0))
        expect(fc.stringify(row)).toBe(before)
        if (stored instanceof HoldfastError) return
        const kept = Object.values(stored).filter((value) => value instanceof Uint8Array)
        expect(kept.filter((value) => Object.values(row).includes(value))).toEqual([])
      }),
      { numRuns: 500 },
    )
  })

  test('refuses garbage with a typed error', () => {
    const encoders = [
      compileRowEncoder(table('one', { id: integer().primaryKey() }).definition),
      compileRowEncoder(
        table('all', {
          id: uuid().primaryKey().generated(),
          a: json().nullable(),
          b: bytes().nullable(),
          c: timestamp().default('now'),
          d: text().default('x'),
        }).definition,
      ),
    ]
    fc.assert(
      fc.property(fc.constantFrom(...encoders), garbage(), fc.boolean(), (encode, { value }, inside) => {
        const result = attempt(() =>
          encode(inside ? { id: value, a: value, b: value, c: value, d: value } : value, 'row'),
        )
        if (!(result instanceof HoldfastError)) return
        expect(['INVALID_VALUE', 'UNKNOWN_COLUMN', 'LIMIT_EXCEEDED']).toContain(result.code)
        expect(result.path).toMatch(/^row/)
      }),
      { numRuns: 3000 },
    )
  })
})

const events = table('events', {
  id: integer().primaryKey().generated(),
  kind: text(),
  at: timestamp().default('now'),
  exact: timestamp('us').default('now'),
  day: date().default('now'),
  token: uuid().default('uuid'),
  size: double().nullable().default(1.5),
  note: text().nullable(),
  revision: integer().version(),
})
const encode = compileRowEncoder(events.definition)
const refusal = (run: () => unknown) => {
  const result = attempt(run)
  return result instanceof HoldfastError
    ? { code: result.code, path: result.path, message: result.message }
    : result
}

describe('what a row leaves out', () => {
  const now = Date.UTC(2024, 1, 29, 23, 59, 59, 999)

  test('becomes its default, made at the instant of the call', () => {
    const { token, ...row } = encode({ kind: 'start' }, 0, now)
    expect(row).toStrictEqual({
      kind: 'start',
      at: now,
      exact: BigInt(now) * 1000n,
      day: '2024-02-29',
      size: 1.5,
      note: null,
      revision: 1,
    })
    expect(token).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  })

  test('is the same when it is undefined, but not when it is null', () => {
    const row = encode(
      { kind: 'start', id: undefined, size: undefined, at: undefined, note: undefined },
      0,
      now,
    )
    expect(row).not.toHaveProperty('id')
    expect(row).toMatchObject({ size: 1.5, at: now, note: null })
    expect(encode({ kind: 'start', size: null }, 0)).toMatchObject({ size: null })
    expect(refusal(() => encode({ kind: 'start', at: null }, 3))).toMatchObject({
      code: 'INVALID_VALUE',
      path: 'rows[3].at',
    })
  })

  test('is refused where there is no default', () => {
    expect(refusal(() => encode({ kind: undefined }, 7))).toEqual({
      code: 'INVALID_VALUE',
      path: 'rows[7].kind',
      message: 'rows[7].kind is missing: the column is not nullable and has no default',
    })
  })

  test('a generated key that is given is kept, and a version is always 1', () => {
    expect(encode({ id: 5, kind: 'start', revision: 9 }, 0)).toMatchObject({ id: 5, revision: 1 })
    expect(refusal(() => encode({ kind: 'start', revision: 'x' }, 0))).toMatchObject({
      code: 'INVALID_VALUE',
    })
  })
})

describe('what is no row', () => {
  test('an unknown column is refused with the nearest name', () => {
    expect(refusal(() => encode({ kind: 'start', Nots: 'x' }, 0))).toEqual({
      code: 'UNKNOWN_COLUMN',
      path: 'rows[0].Nots',
      message: 'rows[0].Nots: the table "events" has no such column. Did you mean "note"?',
    })
    expect(refusal(() => encode({ kind: 'start', constructor: 1 }, 0))).toMatchObject({
      code: 'UNKNOWN_COLUMN',
    })
    expect(refusal(() => encode(JSON.parse('{"kind": "start", "__proto__": 1}'), 0))).toMatchObject({
      code: 'UNKNOWN_COLUMN',
    })
  })

  test.each([
    [undefined],
    [null],
    [1],
    ['row'],
    [[]],
    [new Map()],
    [new (class Row {})()],
    [new Date()],
    [() => 1],
  ])('%o is refused', (value) => {
    expect(refusal(() => encode(value, 'row'))).toMatchObject({ code: 'INVALID_VALUE', path: 'row' })
  })

  test('inherited values do not count', () => {
    const plain = compileRowEncoder(
      tableFromDefinition({
        name: 't',
        columns: [
          { name: 'id', type: { name: 'integer' }, nullable: false },
          { name: 'toString', type: { name: 'text' }, nullable: true },
        ],
        primaryKey: ['id'],
        indexes: [],
        checks: [],
      }).definition,
    )
    expect(plain({ id: 1 }, 0)).toStrictEqual(
      Object.fromEntries([
        ['id', 1],
        ['toString', null],
      ]),
    )
    expect(refusal(() => encode(Object.create({ kind: 'x' }), 0))).toMatchObject({ code: 'INVALID_VALUE' })
  })

  test('an accessor is read once, and its error is the cause of ours', () => {
    let reads = 0
    const row = {
      get kind() {
        return `read ${++reads}`
      },
    }
    expect(encode(row, 0)).toMatchObject({ kind: 'read 1' })
    const cause = new Error('no')
    const result = attempt(() =>
      encode(
        {
          get kind() {
            throw cause
          },
        },
        2,
      ),
    )
    expect(result).toMatchObject({ code: 'INVALID_VALUE', path: 'rows[2]', cause })
  })
})

describe('patches', () => {
  const patch = compilePatchEncoder(events.definition)

  test('hold the columns that are given, in the order of the table', () => {
    expect(Object.entries(patch({ note: null, size: -0, at: new Date(5), kind: undefined }, 0))).toEqual([
      ['at', 5],
      ['size', 0],
      ['note', null],
    ])
    expect(patch({}, 0)).toEqual({})
  })

  test('say the same in whatever order their columns are given, and refuse what rows refuse', () => {
    fc.assert(
      fc.property(tableAndRow, fc.infiniteStream(fc.nat()), ({ definition, row }, dice) => {
        const [key] = definition.primaryKey
        const { [key!]: _, ...patch } = row
        const encode = compilePatchEncoder(definition)
        const shuffled = Object.fromEntries(
          Object.entries(patch)
            .map((entry) => [dice.next().value as number, entry] as const)
            .sort(([left], [right]) => left - right)
            .map(([, entry]) => entry),
        )
        const result = codeOrResult(() => encode(patch, 0))
        expect(comparable(codeOrResult(() => encode(shuffled, 0)))).toStrictEqual(comparable(result))
        if (typeof result === 'string') return
        const expected = definition.columns.flatMap(({ name, type }) => {
          const value = Object.hasOwn(patch, name) ? patch[name] : undefined
          return value === undefined ? [] : [[name, value === null ? null : toStored(type, value, name)]]
        })
        expect(Object.entries(result)).toStrictEqual(expected)
      }),
      { numRuns: 1000 },
    )
  })

  test('refuse the key, the version, strangers and wrong values', () => {
    expect(refusal(() => patch({ id: 1 }, 'set'))).toMatchObject({ code: 'INVALID_VALUE', path: 'set.id' })
    expect(refusal(() => patch({ revision: 1 }, 'set'))).toMatchObject({
      code: 'INVALID_VALUE',
      path: 'set.revision',
    })
    expect(refusal(() => patch({ kinds: 'x' }, 'set'))).toMatchObject({
      code: 'UNKNOWN_COLUMN',
      path: 'set.kinds',
    })
    expect(refusal(() => patch({ kind: null }, 'set'))).toMatchObject({
      code: 'INVALID_VALUE',
      path: 'set.kind',
    })
    for (const value of hostileValues()) refusal(() => patch(value, 'set'))
  })
})

describe('keys', () => {
  const one = compileKeyEncoder(events.definition)
  const members = table(
    'members',
    { team: uuid(), person: bigint(), at: timestamp(), role: text() },
    { primaryKey: ['team', 'at', 'person'] },
  )
  const several = compileKeyEncoder(members.definition)
  const team = '00000000-0000-0000-0000-00000000000A'

  test('of one column are the value', () => {
    expect(one(5, 0)).toEqual([5])
    for (const key of [null, undefined, '5', 5n, [5], { id: 5 }, 1.5]) {
      expect(refusal(() => one(key, 4))).toMatchObject({ code: 'INVALID_VALUE', path: 'keys[4]' })
    }
  })

  test('of several columns are an object or an array', () => {
    const stored = [team.toLowerCase(), 5, 7n]
    expect(several({ person: 7n, team, at: new Date(5) }, 0)).toEqual(stored)
    expect(several([team, new Date(5), 7n], 0)).toEqual(stored)
    expect(compileKeyDecoder(members.definition)(stored)).toEqual({
      team: team.toLowerCase(),
      at: new Date(5),
      person: 7n,
    })
    expect(refusal(() => several({ team, at: new Date(5) }, 'key'))).toMatchObject({
      code: 'INVALID_VALUE',
      path: 'key.person',
    })
    expect(refusal(() => several([team, 5, 7n], 'key'))).toMatchObject({
      code: 'INVALID_VALUE',
      path: 'key[1]',
    })
    expect(refusal(() => several([team], 'key'))).toMatchObject({ code: 'INVALID_VALUE', path: 'key' })
    expect(refusal(() => several({ team, at: new Date(5), persn: 7n }, 'key'))).toMatchObject({
      code: 'UNKNOWN_COLUMN',
      path: 'key.persn',
    })
  })

  test('are refused as garbage with a typed error', () => {
    for (const value of hostileValues()) {
      for (const encode of [one, several]) {
        const result = attempt(() => encode(value, 'key'))
        if (result instanceof HoldfastError) expect(result.path).toMatch(/^key/)
      }
    }
  })

  test('are at most 512 bytes, or what the engine can keep', () => {
    const files = table('files', { folder: text().primaryKey(), part: bytes().primaryKey() }).definition
    const part = new Uint8Array(112)
    const row = (length: number) => ({ folder: 'é'.repeat(length), part })
    for (const encode of [compileKeyEncoder(files), compileRowEncoder(files)]) {
      expect(encode(row(200), 0)).toBeDefined()
      expect(refusal(() => encode(row(201), 'at'))).toMatchObject({ code: 'LIMIT_EXCEEDED', path: 'at' })
    }
    const bounds = { maxKeyBytes: 100, maxValueBytes: 1000 }
    const names = table('names', { name: text().primaryKey(), note: text() }).definition
    expect(compileKeyEncoder(names, bounds)('x'.repeat(100), 0)).toHaveLength(1)
    expect(refusal(() => compileKeyEncoder(names, bounds)('x'.repeat(101), 0))).toMatchObject({
      code: 'LIMIT_EXCEEDED',
    })
    expect(
      refusal(() => compileRowEncoder(names, bounds)({ name: 'x', note: 'x'.repeat(1001) }, 0)),
    ).toMatchObject({ code: 'LIMIT_EXCEEDED', path: 'rows[0].note' })
  })
})

test('decoding touches only what differs, and nothing at all where nothing does', () => {
  const plain: [string, ColumnType][] = [
    ['id', { type: { name: 'integer' }, nullable: false }],
    ['note', { type: { name: 'text' }, nullable: true }],
  ]
  expect(compileRowDecoder(new Map(plain))).toBeUndefined()
  const decode = compileRowDecoder(
    new Map([...plain, ['price', { type: decimal(6, 2).settings.type, nullable: true }]]),
  )
  const row = { id: 1, note: null, price: -5n }
  expect(decode?.(row)).toBe(row)
  expect(row).toEqual({ id: 1, note: null, price: '-0.05' })
  expect(decode?.({ id: 1, note: null, price: null })).toEqual({ id: 1, note: null, price: null })
})

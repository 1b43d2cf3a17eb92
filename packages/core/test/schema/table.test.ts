import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isHoldfastError } from '../../src/backend/errors.js'
import type { ErrorCode, HoldfastError } from '../../src/backend/errors.js'
import {
  bigint,
  boolean,
  bytes,
  decimal,
  double,
  integer,
  json,
  text,
  timestamp,
  uuid,
} from '../../src/schema/columns.js'
import type { Column } from '../../src/schema/columns.js'
import { definitionFromJson, definitionToJson } from '../../src/schema/json.js'
import { table, tableFromDefinition } from '../../src/schema/table.js'
import type { ColumnMap, TableOptions } from '../../src/schema/table.js'
import type { ColumnDefinition, TableDefinition } from '../../src/schema/types.js'
import { toStored } from '../../src/schema/values.js'
import { validateTableDefinition } from '../../src/schema/validate.js'
import { logicalType, userValue } from './arbitraries.js'
import { garbage, hostileValues } from './hostile.js'

/** Calls with anything, as a program without types would. */
const untyped = table as unknown as (...parameters: unknown[]) => { definition: TableDefinition }

function refusal(run: () => unknown): HoldfastError | undefined {
  try {
    run()
    return undefined
  } catch (error) {
    if (!isHoldfastError(error)) throw error
    return error
  }
}

const codes: ErrorCode[] = [
  'INVALID_ARGUMENT',
  'TYPE_MISMATCH',
  'UNKNOWN_COLUMN',
  'LIMIT_EXCEEDED',
  'INVALID_VALUE',
]

describe('table()', () => {
  const station = table(
    'stations',
    {
      id: integer().primaryKey().generated(),
      code: text().unique(),
      name: text().nullable(),
      height: decimal(6, 1).default('-0.5'),
      opened: timestamp('us').default('now'),
      token: uuid().default('uuid'),
      secret: bytes().default(new Uint8Array([1, 2])),
      tags: json().default(['b', { z: 1, a: null }]),
      revision: integer().version(),
    },
    {
      indexes: [{ columns: ['name', 'opened'] }, { name: 'by_token', columns: ['token'], unique: true }],
      checks: { high: (row) => row.height.gt('0.0').or(row.name.isNull()) },
    },
  )

  test('gives a definition that says it all', () => {
    expect(station.definition).toStrictEqual({
      name: 'stations',
      columns: [
        { name: 'id', type: { name: 'integer' }, nullable: false, generated: 'increment' },
        { name: 'code', type: { name: 'text' }, nullable: false },
        { name: 'name', type: { name: 'text' }, nullable: true },
        {
          name: 'height',
          type: { name: 'decimal', precision: 6, scale: 1 },
          nullable: false,
          default: { kind: 'value', value: -5n },
        },
        {
          name: 'opened',
          type: { name: 'timestamp', unit: 'us' },
          nullable: false,
          default: { kind: 'now' },
        },
        { name: 'token', type: { name: 'uuid' }, nullable: false, default: { kind: 'uuid' } },
        {
          name: 'secret',
          type: { name: 'bytes' },
          nullable: false,
          default: { kind: 'value', value: new Uint8Array([1, 2]) },
        },
        {
          name: 'tags',
          type: { name: 'json' },
          nullable: false,
          default: { kind: 'value', value: '["b",{"a":null,"z":1}]' },
        },
        { name: 'revision', type: { name: 'integer' }, nullable: false, version: true },
      ],
      primaryKey: ['id'],
      indexes: [
        { name: 'stations_code', columns: ['code'], unique: true },
        { name: 'stations_name_opened', columns: ['name', 'opened'], unique: false },
        { name: 'by_token', columns: ['token'], unique: true },
      ],
      checks: [
        {
          name: 'high',
          condition: {
            kind: 'call',
            function: 'or',
            arguments: [
              {
                kind: 'call',
                function: 'greaterThan',
                arguments: [
                  { kind: 'column', name: 'height' },
                  { kind: 'literal', type: { name: 'decimal', precision: 6, scale: 1 }, value: 0n },
                ],
              },
              { kind: 'call', function: 'isNull', arguments: [{ kind: 'column', name: 'name' }] },
            ],
          },
        },
      ],
    })
  })

  test('keeps nothing of what it was given, and its definition never changes', () => {
    const secret = new Uint8Array([1])
    const primaryKey = ['a', 'b'] as const
    const columns = [...primaryKey]
    const made = table(
      't',
      { a: integer(), b: bytes().default(secret) },
      { primaryKey, indexes: [{ columns }] },
    )
    secret[0] = 9
    columns.pop()
    expect(made.definition.columns[1]?.default).toEqual({ kind: 'value', value: new Uint8Array([1]) })
    expect(made.definition.indexes[0]?.columns).toEqual(['a', 'b'])
    expect(
      everyPart(made.definition).filter((part) => !Object.isFrozen(part) && !ArrayBuffer.isView(part)),
    ).toEqual([])
    expect(
      everyPart(station.definition).filter((part) => !Object.isFrozen(part) && !ArrayBuffer.isView(part)),
    ).toEqual([])
  })

  test('takes the key from the columns in their order, or from the option in its own', () => {
    const columns = { a: integer().primaryKey(), b: text().primaryKey(), c: text() }
    expect(table('t', columns).definition.primaryKey).toEqual(['a', 'b'])
    expect(table('t', columns, { primaryKey: ['b', 'a'] }).definition.primaryKey).toEqual(['b', 'a'])
    expect(refusal(() => table('t', columns, { primaryKey: ['c'] }))?.message).toContain(
      'state the key in one place',
    )
  })

  test('columns are immutable: each step of a chain is a new one', () => {
    const base = integer()
    expect(base.nullable()).not.toBe(base)
    expect(base.settings).toMatchObject({ nullable: false, primaryKey: false, unique: false })
    expect(Object.isFrozen(base.settings)).toBe(true)
  })
})

function everyPart(value: unknown): object[] {
  if (typeof value !== 'object' || value === null) return []
  return [value, ...(ArrayBuffer.isView(value) ? [] : Object.values(value).flatMap(everyPart))]
}

describe('a table is refused', () => {
  const id = integer().primaryKey()
  const cases: [
    why: string,
    message: string,
    columns: Record<string, Column>,
    options?: TableOptions<ColumnMap>,
  ][] = [
    ['without a key', 'needs a primary key', { a: text() }],
    ['without columns', 'needs a column', {}],
    ['with a nullable key', 'cannot be nullable', { id: integer().nullable().primaryKey() }],
    ['with a json key', 'has no order', { id: json().primaryKey() }],
    ['with a key of no column', 'Did you mean "id"?', { id: integer() }, { primaryKey: ['ib'] }],
    ['with a key that names a column twice', 'twice', { id: integer() }, { primaryKey: ['id', 'id'] }],
    ['with an index of no column', '"b", which is no column', { id }, { indexes: [{ columns: ['b'] }] }],
    ['with an empty index', 'needs a column', { id }, { indexes: [{ columns: [] }] }],
    ['with an index on json', 'has no order', { id, a: json().unique() }],
    [
      'with two indexes of one name',
      'is there twice',
      { id, a: text().unique() },
      { indexes: [{ columns: ['a'] }] },
    ],
    [
      'with an index named as the table',
      'differ only in case',
      { id },
      { indexes: [{ name: 'T', columns: ['id'] }] },
    ],
    ['with two versions', 'more than one version', { id, a: integer().version(), b: integer().version() }],
    ['with a nullable version', 'cannot be nullable', { id, a: integer().nullable().version() }],
    ['with a version as key', 'part of the primary key', { id: integer().version().primaryKey() }],
    ['with a default version', 'cannot have a default', { id, a: integer().default(1).version() }],
    ['with a generated column that is no key', 'whole primary key', { id, a: integer().generated() }],
    ['with a generated part of a key', 'whole primary key', { a: text().primaryKey(), id: id.generated() }],
    ['with a generated default', 'cannot have a default', { id: id.default(1).generated() }],
    [
      'with a key that never fits',
      'more than 512 bytes',
      Object.fromEntries(Array.from({ length: 15 }, (_, index) => [`k${index}`, uuid().primaryKey()])),
    ],
    [
      'with a check that is no condition',
      'neither true nor false',
      { id },
      { checks: { odd: ((row: { id: unknown }) => row.id) as never } },
    ],
    ['with names that differ only in case', 'differ only in case', { id, Id: text() }],
    ['with a reserved column', 'reserved', { id, RowId: text() }],
    ['with a column of an unusable name', 'not acceptable', { id, 'a b': text() }],
    [
      'with a check of an unusable name',
      'not acceptable',
      { id },
      { checks: { 'x"': (row) => row.id!.isNull() } },
    ],
    ['with an index of a name too long', 'at most 63', { id, [`c${'x'.repeat(62)}`]: text().unique() }],
  ]
  test.each(cases)('%s', (_, message, columns, options) => {
    const error = refusal(() => table('t', columns, options))
    expect(error?.message).toContain(message)
    expect(error?.code).toBe('INVALID_ARGUMENT')
  })

  test.each([
    '',
    '1a',
    'a-b',
    'é',
    'a'.repeat(64),
    'sqlite_x',
    'SQLITE_master',
    'Holdfast_meta',
    'ctid',
    'a"; drop table x; --',
    '__proto__',
  ])('named %o', (name) => {
    expect(refusal(() => table(name, { id }))?.code).toBe('INVALID_ARGUMENT')
  })

  test('where a check does not fit its columns', () => {
    const check = (build: unknown) =>
      refusal(() => untyped('t', { id, name: text() }, { checks: { c: build } }))?.code
    expect(check((row: { id: { eq(value: unknown): unknown } }) => row.id.eq('x'))).toBe('INVALID_VALUE')
    expect(check((row: { ip: { eq(value: unknown): unknown } }) => row.ip.eq(1))).toBe('UNKNOWN_COLUMN')
    expect(check(() => 1)).toBe('TYPE_MISMATCH')
    expect(check('id > 1')).toBe('INVALID_ARGUMENT')
  })

  test('where its columns do not fit themselves', () => {
    expect(refusal(() => decimal(19, 0))?.code).toBe('INVALID_ARGUMENT')
    expect(refusal(() => decimal(4, 5))?.code).toBe('INVALID_ARGUMENT')
    expect(refusal(() => decimal(4.5, 1))?.code).toBe('INVALID_ARGUMENT')
    expect(refusal(() => timestamp('s' as 'us'))?.code).toBe('INVALID_ARGUMENT')
    expect(refusal(() => integer().default(1.5))?.code).toBe('INVALID_VALUE')
    expect(refusal(() => (text() as unknown as Column<string, 'uuid'>).generated())?.code).toBe(
      'INVALID_ARGUMENT',
    )
    expect(
      refusal(() => (boolean() as unknown as Column<number, 'integer'>).version())?.code ??
        refusal(() => table('t', { id, v: (double() as unknown as Column<number, 'integer'>).version() }))
          ?.code,
    ).toBe('INVALID_ARGUMENT')
  })

  test('with options that there are not, naming the nearest', () => {
    expect(refusal(() => untyped('t', { id }, { index: [] }))?.message).toContain('Did you mean "indexes"?')
    expect(
      refusal(() => untyped('t', { id }, { indexes: [{ columns: ['id'], uniqe: true }] }))?.message,
    ).toContain('Did you mean "unique"?')
  })

  test('as garbage, with a typed error', () => {
    const hostile = hostileValues()
    for (const value of hostile) {
      const attempts = [
        () => untyped(value, { id }),
        () => untyped('t', value),
        () => untyped('t', { id: value }),
        () => untyped('t', { id }, value),
        () => untyped('t', { id }, { primaryKey: value }),
        () => untyped('t', { id }, { indexes: value }),
        () => untyped('t', { id }, { indexes: [value] }),
        () => untyped('t', { id }, { indexes: [{ columns: value }] }),
        () => untyped('t', { id }, { checks: value }),
        () => untyped('t', { id }, { checks: { c: value } }),
        () => untyped('t', { id }, { checks: { c: () => value } }),
        () => (text() as unknown as { default(value: unknown): unknown }).default(value),
      ]
      for (const attempt of attempts) {
        const error = refusal(attempt)
        if (error !== undefined) expect(codes).toContain(error.code)
      }
    }
  })
})

/** Definitions of many kinds: composite keys, indexes, defaults of every type. */
const anyDefinition: fc.Arbitrary<TableDefinition> = fc
  .array(
    logicalType.chain((type) =>
      fc.record({
        type: fc.constant(type),
        nullable: fc.boolean(),
        given: fc.option(userValue(type).map((value) => toStored(type, value, 'value'))),
        unique: fc.boolean(),
      }),
    ),
    { maxLength: 8 },
  )
  .map((parts) => {
    const columns = parts.map(({ type, nullable, given }, index): ColumnDefinition => {
      const column = { name: `c${index}`, type, nullable }
      return given === null ? column : { ...column, default: { kind: 'value', value: given } }
    })
    const indexes = parts.flatMap(({ type, unique }, index) =>
      type.name === 'json' ? [] : [{ name: `i${index}`, columns: [`c${index}`, 'id'], unique }],
    )
    return {
      name: 't',
      columns: [
        { name: 'id', type: { name: 'bigint' }, nullable: false, generated: 'increment' },
        ...columns,
      ],
      primaryKey: ['id'],
      indexes,
      checks: [
        {
          name: 'positive',
          condition: {
            kind: 'call',
            function: 'greaterThan',
            arguments: [
              { kind: 'column', name: 'id' },
              { kind: 'literal', type: { name: 'bigint' }, value: 2n ** 62n },
            ],
          },
        },
      ],
    }
  })

describe('definitions', () => {
  test('go through JSON and come back the same', () => {
    fc.assert(
      fc.property(anyDefinition, (definition) => {
        const json = JSON.stringify(definitionToJson(definition))
        expect(definitionFromJson(JSON.parse(json))).toStrictEqual(definition)
        expect(tableFromDefinition(definition).definition).toStrictEqual(definition)
      }),
      { numRuns: 500 },
    )
  })

  test('of tables are acceptable', () => {
    fc.assert(
      fc.property(anyDefinition, (definition) => validateTableDefinition(definition)),
      { numRuns: 200 },
    )
  })

  test('that other programs made may have any names and no key, but cannot be created', () => {
    const foreign: TableDefinition = {
      name: 'my table',
      columns: [{ name: 'the "id"', type: { name: 'integer' }, nullable: true }],
      primaryKey: [],
      indexes: [],
      checks: [],
    }
    expect(tableFromDefinition(foreign).definition).toStrictEqual(foreign)
    expect(definitionFromJson(definitionToJson(foreign))).toStrictEqual(foreign)
    expect(refusal(() => validateTableDefinition(foreign))?.code).toBe('INVALID_ARGUMENT')
  })

  test('are refused with the path of the mistake', () => {
    const base = {
      name: 't',
      columns: [{ name: 'id', type: { name: 'integer' }, nullable: false }],
      primaryKey: ['id'],
      indexes: [],
      checks: [],
    }
    const bad: [change: object, where: string | undefined][] = [
      [{ name: 1 }, 'name'],
      [{ columns: {} }, 'columns'],
      [{ columns: [{ name: 'id', type: { name: 'int' }, nullable: false }] }, 'columns[0].type'],
      [
        { columns: [{ name: 'id', type: { name: 'decimal', precision: 0, scale: 0 }, nullable: false }] },
        'columns[0].type',
      ],
      [{ columns: [{ name: 'id', type: { name: 'integer' } }] }, 'columns[0].nullable'],
      [
        {
          columns: [
            { name: 'id', type: { name: 'bigint' }, nullable: false, default: { kind: 'value', value: 5 } },
          ],
        },
        'columns[0].default.value',
      ],
      [
        {
          columns: [
            { name: 'id', type: { name: 'bytes' }, nullable: false, default: { kind: 'value', value: 'a' } },
          ],
        },
        'columns[0].default.value',
      ],
      [
        { columns: [{ name: 'id', type: { name: 'integer' }, nullable: false, generated: 'always' }] },
        'columns[0].generated',
      ],
      [
        { columns: [{ name: 'id', type: { name: 'integer' }, nullable: false, version: false }] },
        'columns[0].version',
      ],
      [{ primaryKey: [1] }, 'primaryKey[0]'],
      [{ indexes: [{ name: 'i', columns: 'id', unique: true }] }, 'indexes[0].columns'],
      [{ checks: [{ name: 'c', condition: { kind: 'nothing' } }] }, 'checks[0].condition.kind'],
      [{ extra: 1 }, undefined],
    ]
    for (const [change, where] of bad) {
      expect(refusal(() => definitionFromJson({ ...base, ...change }))).toMatchObject({
        code: 'INVALID_ARGUMENT',
        path: where,
      })
    }
    expect(
      refusal(() => definitionFromJson({ ...base, columns: [...base.columns, ...base.columns] }))?.code,
    ).toBe('INVALID_ARGUMENT')
  })

  test('are refused as garbage with a typed error', () => {
    const parts = ['name', 'columns', 'primaryKey', 'indexes', 'checks']
    const base = {
      name: 't',
      columns: [{ name: 'id', type: { name: 'integer' }, nullable: false }],
      primaryKey: ['id'],
      indexes: [],
      checks: [],
    }
    fc.assert(
      fc.property(
        garbage(),
        fc.constantFrom(...parts),
        fc.integer({ min: 0, max: 3 }),
        ({ value }, part, form) => {
          const wrapped = [
            value,
            [value],
            [{ name: 'c', type: value, condition: value, columns: value }],
            [{ name: 'c', nullable: false, type: { name: 'text' }, default: value }],
          ][form]
          for (const read of [definitionFromJson, tableFromDefinition] as ((input: unknown) => unknown)[]) {
            for (const input of [{ ...base, [part]: wrapped }, wrapped]) {
              const error = refusal(() => read(input))
              if (error !== undefined) expect(codes).toContain(error.code)
            }
          }
        },
      ),
      { numRuns: 1500 },
    )
  })

  test('with a parameter in a check are refused: it has no value there', () => {
    const condition = { kind: 'parameter', index: 0, type: { name: 'boolean' } } as const
    const definition = {
      ...table('t', { id: bigint().primaryKey() }).definition,
      checks: [{ name: 'c', condition }],
    }
    expect(refusal(() => tableFromDefinition(definition))?.message).toContain('has a parameter')
  })
})

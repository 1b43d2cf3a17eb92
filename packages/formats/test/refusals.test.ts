import { bigint, decimal, integer, json, table, text } from '@holdfast/core'
import type { ErrorCode } from '@holdfast/core'
import { describe, expect, test } from 'vitest'
import { readCsv, readJson, readNdjson, writeCsv, writeNdjson } from '../src/index.js'
import type { NamedColumn } from '../src/index.js'
import { collect, outcomeOf } from './bytes.js'

const items = table('items', {
  id: integer().primaryKey(),
  label: text(),
  note: text().nullable(),
  colour: text().default('red'),
  edition: integer().version(),
})

const { columns: itemColumns } = items.definition
const idAndNote = itemColumns.filter(({ name }) => name === 'id' || name === 'note')

interface Case {
  readonly content: string | Uint8Array
  readonly code: ErrorCode
  /** What the message must say. */
  readonly says: string
  readonly path?: string
  /** Rows that come before it. */
  readonly rows?: number
}

const csvForTable: Readonly<Record<string, Case>> = {
  'no header': { content: '', code: 'INVALID_DATA', says: 'no header' },
  'an empty line for a header': { content: '\nid,label\n', code: 'INVALID_DATA', says: 'without a name' },
  'a name twice': { content: 'id,label,id\n', code: 'INVALID_DATA', says: '"id" twice' },
  'an unknown column': {
    content: 'id,label,color\n',
    code: 'UNKNOWN_COLUMN',
    says: 'Did you mean "colour"?',
  },
  'a missing column': { content: 'id,note\n1,a\n', code: 'SCHEMA_MISMATCH', says: '"label"' },
  'a header that is no UTF-8': {
    content: Buffer.from('id,l\xffbel\n', 'latin1'),
    code: 'INVALID_DATA',
    says: 'UTF-8',
  },
  'a value too many': { content: 'id,label\n1,a\n2,b,c\n', code: 'INVALID_DATA', says: 'line 3', rows: 1 },
  'a value too few': {
    content: 'label,id,note\na,1,\nb,2\n',
    code: 'INVALID_DATA',
    says: '2 values where there are 3',
    rows: 1,
  },
  'an integer that is none': {
    content: 'label,id\n"a\nb",1\n\n"c\nd",2.0\n',
    code: 'INVALID_DATA',
    says: 'line 5',
    path: 'rows[1].id',
    rows: 1,
  },
  'the first of several wrong values': {
    content: 'note,id,label\n,1,a\n,2x,\n,x,y\n',
    code: 'INVALID_DATA',
    says: 'line 3',
    path: 'rows[1].id',
    rows: 1,
  },
  'a null in a column that may not be null': {
    content: 'id,label\n1,a\n2,\n',
    code: 'INVALID_VALUE',
    says: 'not nullable',
    path: 'rows[1].label',
    rows: 1,
  },
  'bytes that are no UTF-8': {
    content: Buffer.from('id,label\n1,\xe9\n', 'latin1'),
    code: 'INVALID_DATA',
    says: 'line 2: this is not in UTF-8',
  },
  'a quote that is not closed': {
    content: 'id,label\n1,a\n2,"b\n3,c\n',
    code: 'INVALID_DATA',
    says: 'line 3',
    rows: 1,
  },
  'a NUL': { content: 'id,label\n1,a\0\n', code: 'INVALID_DATA', says: 'NUL' },
  'a NUL in quotes': { content: 'id,label\n1,"a\0"\n', code: 'INVALID_DATA', says: 'NUL' },
  'lines that end in two ways': {
    content: 'id,label\n1,a\r\n',
    code: 'INVALID_DATA',
    says: 'some lines end',
  },
  'a lone carriage return': {
    content: 'id,label\n1,a\r2,b\n',
    code: 'INVALID_DATA',
    says: 'carriage return',
  },
  'white space before a quote': { content: 'id,label\n1, "a"\n', code: 'INVALID_DATA', says: 'white space' },
  'something behind a quote': { content: 'id,label\n1,"a" \n', code: 'INVALID_DATA', says: 'closing quote' },
}

describe('CSV for a table', () => {
  test.for(Object.entries(csvForTable))('%s', async ([, expected]) => {
    await expectRefusal(readCsv(bytesOf(expected), { table: items }), expected)
  })

  test('columns that are made or may be null may be missing, in any order', async () => {
    const csv = Buffer.from('\ufefflabel,id\r\n"",1\r\nb,2')
    expect(await Array.fromAsync(readCsv(csv, { table: items }))).toEqual([
      { id: 1, label: '' },
      { id: 2, label: 'b' },
    ])
  })

  test('what was written for a table without a header is read in its order', async () => {
    const csv = Buffer.from('1;a;;"";7\n')
    expect(await Array.fromAsync(readCsv(csv, { table: items, header: false, separator: ';' }))).toEqual([
      { id: 1, label: 'a', note: null, colour: '', edition: 7 },
    ])
  })
})

describe('CSV for columns', () => {
  test('other columns are passed over, whatever stands there', async () => {
    const csv = Buffer.from('x,note,y,id\n"1\n",a,,1\n,,"""",2\n')
    expect(await Array.fromAsync(readCsv(csv, { columns: idAndNote }))).toEqual([
      { id: 1, note: 'a' },
      { id: 2, note: null },
    ])
  })

  test.for([
    ['missing', { content: 'id\n1\n', code: 'SCHEMA_MISMATCH', says: '"note"' }],
    ['null', { content: 'id,note\n,a\n', code: 'INVALID_DATA', says: 'null', path: 'rows[0].id' }],
    [
      'passed over, and no UTF-8',
      { content: Buffer.from('id,note,x\n1,,\xff\n', 'latin1'), code: 'INVALID_DATA', says: 'UTF-8' },
    ],
  ] as const satisfies (readonly [string, Case])[])('a column that is %s', async ([, expected]) => {
    await expectRefusal(readCsv(bytesOf(expected), { columns: idAndNote }), expected)
  })
})

const jsonForTable: Readonly<Record<string, Case>> = {
  'what is no JSON': {
    content: '{"id":1,"label":"a"}\n{"id":2,}\n',
    code: 'INVALID_DATA',
    says: 'line 2',
    rows: 1,
  },
  'what is no object': { content: '[1]\n', code: 'INVALID_DATA', says: 'must be an object' },
  'a number for a text': {
    content: '{"id":1,"label":1}\n',
    code: 'INVALID_DATA',
    says: 'text',
    path: 'rows[0].label',
  },
  'a fraction for an integer': {
    content: '\n{"id":1.5,"label":""}\n',
    code: 'INVALID_DATA',
    says: 'line 2',
    path: 'rows[0].id',
  },
  'an unknown member': {
    content: '{"id":1,"label":"a","constructor":1}',
    code: 'UNKNOWN_COLUMN',
    says: '"constructor"',
  },
  'a missing member': {
    content: '{"id":1}\n',
    code: 'INVALID_VALUE',
    says: 'missing',
    path: 'rows[0].label',
  },
  'a null': {
    content: '{"id":1,"label":null}\n',
    code: 'INVALID_VALUE',
    says: 'null',
    path: 'rows[0].label',
  },
  'a lone surrogate': {
    content: '{"id":1,"label":"\\ud800"}\n',
    code: 'INVALID_DATA',
    says: 'text',
    path: 'rows[0].label',
  },
  'bytes that are no UTF-8': {
    content: Buffer.from('{"id":1,"label":"\xe9"}', 'latin1'),
    code: 'INVALID_DATA',
    says: 'UTF-8',
  },
}

describe('ndjson', () => {
  test.for(Object.entries(jsonForTable))('%s', async ([, expected]) => {
    await expectRefusal(readNdjson(bytesOf(expected), { table: items }), expected)
  })

  test('empty lines, a byte order mark and CRLF are no records', async () => {
    const ndjson = Buffer.from('\ufeff\r\n{"label":"a","id":1}\r\n \n{"id":2,"label":"é","note":null}')
    expect(await Array.fromAsync(readNdjson(ndjson, { table: items }))).toEqual([
      { id: 1, label: 'a' },
      { id: 2, label: 'é', note: null },
    ])
  })

  test('of columns that were asked for what is absent is null, and others are passed over', async () => {
    const ndjson = Buffer.from('{"id":1,"x":[{}]}\n{"note":"a","id":2}\n')
    expect(await Array.fromAsync(readNdjson(ndjson, { columns: idAndNote }))).toEqual([
      { id: 1, note: null },
      { id: 2, note: 'a' },
    ])
    const expected = {
      content: '{"note":"a"}',
      code: 'INVALID_DATA',
      says: 'missing',
      path: 'rows[0].id',
    } as const
    await expectRefusal(readNdjson(bytesOf(expected), { columns: idAndNote }), expected)
  })

  test('no number is read as another one', async () => {
    const exact = table('exact', { id: integer().primaryKey(), big: bigint(), price: decimal(10, 2) })
    const refused = async (big: string, price: string) =>
      (await outcomeOf(readNdjson(Buffer.from(`{"id":1,"big":${big},"price":${price}}`), { table: exact })))
        .refused?.path
    expect(await refused('9007199254740993', '"1.5"')).toBe('rows[0].big')
    expect(await refused('9007199254740991', '1.5')).toBe('rows[0].price')
    expect(await refused('9007199254740991', '"1.5"')).toBe(undefined)
  })
})

describe('JSON', () => {
  const wrong: Readonly<Record<string, Case>> = {
    nothing: { content: '', code: 'INVALID_DATA', says: 'array of objects' },
    'an object alone': { content: '{"id":1}', code: 'INVALID_DATA', says: 'array of objects' },
    'an array that is not closed': {
      content: '[\n{"id":1}\n',
      code: 'INVALID_DATA',
      says: 'not closed',
      rows: 1,
    },
    'an object that is not closed': {
      content: '[{"id":1},\n{"id":2',
      code: 'INVALID_DATA',
      says: 'line 2',
      rows: 1,
    },
    'a comma too many': { content: '[{"id":1},]', code: 'INVALID_DATA', says: 'must be an object', rows: 1 },
    'a comma too few': {
      content: '[{"id":1}\n{"id":2}]',
      code: 'INVALID_DATA',
      says: 'line 2: a comma',
      rows: 1,
    },
    'an element that is no object': { content: '[null]', code: 'INVALID_DATA', says: 'must be an object' },
    'something behind it': { content: '[]\n[]', code: 'INVALID_DATA', says: 'line 2: something' },
    'an object that is no JSON': {
      content: '[{"id":1},{"id":[2}]}]',
      code: 'INVALID_DATA',
      says: 'no JSON',
      rows: 1,
    },
  }
  test.for(Object.entries(wrong))('%s', async ([, expected]) => {
    await expectRefusal(readJson(bytesOf(expected), { columns: idAndNote }), expected)
  })

  test('braces, brackets and quotes in texts', async () => {
    const notes = ['}', '{"', '\\', '\\"}', ']', '\n']
    const text = JSON.stringify(
      notes.map((note, id) => ({ note, x: { y: [note] }, id })),
      null,
      2,
    )
    const rows = await Array.fromAsync(readJson(Buffer.from(text), { columns: idAndNote }))
    expect(rows).toEqual(notes.map((note, id) => ({ id, note })))
  })
})

describe('limits', () => {
  const documents = table('documents', { id: integer().primaryKey(), body: text(), doc: json().nullable() })
  const large = 'x'.repeat(16 * 1024 * 1024)

  test('a text of 16 MiB is read, one byte more is too large', async () => {
    for (const [read, content] of [
      [readCsv, (body: string) => `id,body\n1,"${body}"\n`],
      [readNdjson, (body: string) => `{"id":1,"body":"${body}"}\n`],
      [readJson, (body: string) => `[{"id":1,"body":"${body}"}]`],
    ] as const) {
      const [row] = await Array.fromAsync(read(Buffer.from(content(large)), { table: documents }))
      expect(row?.body.length).toBe(large.length)
      const expected = {
        content: content(`${large}x`),
        code: 'LIMIT_EXCEEDED',
        says: 'larger',
        path: 'rows[0].body',
      } as const
      await expectRefusal(read(bytesOf(expected), { table: documents }), expected)
    }
  })

  test('a document is at most 64 levels deep', async () => {
    const deep = `${'['.repeat(65)}${']'.repeat(65)}`
    const csv = {
      content: `id,body,doc\n1,a,"${deep}"\n`,
      code: 'LIMIT_EXCEEDED',
      says: 'larger',
      path: 'rows[0].doc',
    } as const
    await expectRefusal(readCsv(bytesOf(csv), { table: documents }), csv)
    const ndjson = { ...csv, content: `{"id":1,"body":"","doc":${deep}}` }
    await expectRefusal(readNdjson(bytesOf(ndjson), { table: documents }), ndjson)
  })

  test('a record is at most 32 MiB long, and no more than that is kept', async () => {
    for (const read of [readCsv, readNdjson, readJson]) {
      let taken = 0
      const endless = function* () {
        yield Buffer.from('[{"id')
        for (;;) {
          taken += 1024 * 1024
          yield Buffer.alloc(1024 * 1024, 'x')
        }
      }
      const { refused } = await outcomeOf(read(endless(), { table: documents }))
      expect(refused?.code).toBe('LIMIT_EXCEEDED')
      expect(taken).toBeLessThan(40 * 1024 * 1024)
    }
  })
})

describe('writing', () => {
  test.for([
    ['missing', {}, 'INVALID_VALUE'],
    ['null', { label: null }, 'INVALID_VALUE'],
    ['of another type', { label: 1 }, 'INVALID_VALUE'],
    ['too large', { label: 'x'.repeat(16 * 1024 * 1024 + 1) }, 'LIMIT_EXCEEDED'],
  ] as const)('a value that is %s', async ([, wrong, code]) => {
    const row = { id: 1, note: null, colour: 'red', edition: 1 }
    const rows = [
      { ...row, label: 'a' },
      { ...row, ...wrong },
    ]
    for (const write of [writeCsv, writeNdjson]) {
      const refused = collect(write(rows, { table: items }))
      await expect(refused).rejects.toMatchObject({ code, path: 'rows[1].label', column: 'label' })
    }
  })

  test('what no reader could read is refused', async () => {
    const columns: NamedColumn[] = [{ name: 'a', type: { name: 'text' }, nullable: true }]
    const options = { columns, header: false }
    const refused = collect(writeCsv([{ a: 'x\ry' }], options))
    await expect(refused).rejects.toMatchObject({ code: 'INVALID_ARGUMENT', path: 'rows[0]' })
    const rows = [{ a: 'x\ny' }, { a: 'x\ry' }, { a: null }, { a: '' }]
    const bytes = await collect(writeCsv(rows, options))
    expect(await Array.fromAsync(readCsv(bytes, options))).toEqual(rows)
  })
})

test('options are checked when a reader or writer is made', () => {
  const wrong = (options: object, path: string) => {
    for (const make of [readCsv, writeCsv]) {
      const call = () => make([], options as { columns: NamedColumn[] })
      expect(call).toThrow(expect.objectContaining({ code: 'INVALID_ARGUMENT', path }))
    }
  }
  wrong({}, 'options')
  wrong({ table: items, columns: itemColumns }, 'options')
  wrong({ table: items, delimiter: ';' }, 'options')
  wrong({ table: items, separator: ' ' }, 'options.separator')
  wrong({ table: items, header: 'yes' }, 'options.header')
  wrong({ table: items, form: 'raw' }, 'options.form')
  wrong({ table: items, compression: 'zip' }, 'options.compression')
  wrong({ table: items.definition }, 'options.table')
  wrong({ columns: [] }, 'options.columns')
  wrong({ columns: [{ ...idAndNote[0], name: '' }] }, 'options.columns')
  wrong({ columns: [...idAndNote, ...idAndNote] }, 'options.columns')
})

function bytesOf({ content }: { readonly content: string | Uint8Array }): Uint8Array {
  return typeof content === 'string' ? Buffer.from(content) : content
}

async function expectRefusal(rows: AsyncIterable<unknown>, { code, says, path, rows: before = 0 }: Case) {
  const outcome = await outcomeOf(rows)
  expect(outcome.refused?.message).toContain(says)
  expect(outcome.refused).toMatchObject({ code, path })
  expect(outcome.rows.length).toBe(before)
}

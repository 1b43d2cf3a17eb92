import fc from 'fast-check'
import { parse } from 'csv-parse/sync'
import { expect, test } from 'vitest'
import { readCsv } from '../src/index.js'
import type { CsvOptions, NamedColumn } from '../src/index.js'
import { cuts, inPieces, outcomeOf } from './bytes.js'

const textColumns = (count: number): NamedColumn[] =>
  Array.from({ length: count }, (_, index) => ({ name: `c${index}`, type: { name: 'text' }, nullable: true }))

const separators = fc.constantFrom(',' as const, ';' as const, '\t' as const, '|' as const)
const lineEnds = fc.constantFrom('\n', '\r\n')

const special = ['', ' ', '"', ',', ';', '\t', '|', '\n', '\r\n', 'x', 'é', '😀', '\ufeff', '#', "'", '\\']
const value = fc.option(
  fc.array(fc.constantFrom(...special), { maxLength: 5 }).map((parts) => parts.join('')),
  { nil: null, freq: 3 },
)

/** A table of texts, and how it is written. */
const written = fc
  .record({
    columns: fc.integer({ min: 2, max: 5 }),
    separator: separators,
    lineEnd: lineEnds,
    isEnded: fc.boolean(),
    mark: fc.constantFrom('', '\ufeff'),
  })
  .chain((form) => {
    const record = fc.array(fc.tuple(value, fc.boolean()), {
      minLength: form.columns,
      maxLength: form.columns,
    })
    return fc.record({ form: fc.constant(form), records: fc.array(record, { maxLength: 12 }) })
  })

type Written = typeof written extends fc.Arbitrary<infer Value> ? Value : never

/** Quotes where they are needed, and here and there where they are not. */
function csvOf({ form: { separator, lineEnd, isEnded, mark }, records }: Written): string {
  const lines = records.map((record) =>
    record
      .map(([value, isQuoted]) => {
        if (value === null) return ''
        const mustBe = value === '' || /["\r\n\ufeff]/.test(value) || value.includes(separator)
        return isQuoted || mustBe ? `"${value.replaceAll('"', '""')}"` : value
      })
      .join(separator),
  )
  return mark + lines.join(lineEnd) + (isEnded && lines.length > 0 ? lineEnd : '')
}

test('csv-parse reads the same texts, however the bytes are cut', async () => {
  await fc.assert(
    fc.asyncProperty(written, cuts, async (table, sizes) => {
      const { columns, separator } = table.form
      const csv = csvOf(table)
      const theirs = parse(csv, {
        bom: true,
        columns: textColumns(columns).map(({ name }) => name),
        delimiter: separator,
        record_delimiter: ['\n', '\r\n'],
        // Their null and their empty text are told apart by the quotes.
        cast: (found, { quoting }) => (found === '' && !quoting ? null : found),
      })
      const options = { columns: textColumns(columns), header: false, separator }
      const ours = await Array.fromAsync(readCsv(inPieces(Buffer.from(csv), sizes), options))
      expect(ours).toEqual(table.records.map((record) => rowOf(record.map(([found]) => found))))
      expect(ours).toEqual(theirs)
    }),
    { numRuns: 1000 },
  )
})

const rowOf = (values: readonly (string | null)[]) =>
  Object.fromEntries(values.map((found, index) => [`c${index}`, found]))

const pieces = [
  'x',
  'y1',
  '"',
  '""',
  ',',
  '\n',
  '\r\n',
  '\r',
  ' ',
  '\t',
  '\0',
  'é',
  '"x"',
  '"\r\n"',
  ',""',
  '\n\n',
]
const anyText = fc.array(fc.constantFrom(...pieces), { maxLength: 14 }).map((parts) => parts.join(''))
const anyBytes = fc.oneof(
  { weight: 4, arbitrary: anyText.map((text) => Buffer.from(text)) },
  // Bytes that are no UTF-8, and characters that are cut.
  fc
    .tuple(
      anyText,
      fc.constantFrom([0xff], [0xc3], [0xe2, 0x9c], [0xed, 0xa0, 0x80], [0xc0, 0x80]),
      fc.nat(14),
    )
    .map(([text, added, place]) => {
      const bytes = Buffer.from(text)
      return Buffer.concat([bytes.subarray(0, place), Buffer.from(added), bytes.subarray(place)])
    }),
)

test('what is read and what is refused does not depend on how the bytes are cut', async () => {
  const mixed: readonly NamedColumn[][] = [
    textColumns(1),
    textColumns(3),
    [
      { name: 'c0', type: { name: 'text' }, nullable: false },
      { name: 'c1', type: { name: 'integer' }, nullable: true },
    ],
  ]
  await fc.assert(
    fc.asyncProperty(
      anyBytes,
      fc.constantFrom(...mixed),
      fc.boolean(),
      cuts,
      async (body, columns, header, sizes) => {
        const names = columns.map(({ name }) => name).join(',')
        const bytes = header ? Buffer.concat([Buffer.from(`${names}\n`), body]) : body
        const options: CsvOptions & { columns: NamedColumn[] } = { columns, header }
        const whole = await outcomeOf(readCsv(bytes, options))
        expect(await outcomeOf(readCsv(inPieces(bytes, sizes), options))).toEqual(whole)
        if (whole.refused !== undefined) expect(whole.refused.code).toBe('INVALID_DATA')
      },
    ),
    { numRuns: 1500 },
  )
})

test('records longer than the pieces in which they are looked at', async () => {
  const long = 'ab"\n'.repeat(200_000)
  const csv = Buffer.from(`c0,c1\nx,y\n"${long.replaceAll('"', '""')}",é\n,"${long.replaceAll('"', '""')}"\n`)
  for (const sizes of [[64 * 1024], [1000, 300_000], [10_000_000]]) {
    expect(await Array.fromAsync(readCsv(inPieces(csv, sizes), { columns: textColumns(2) }))).toEqual([
      { c0: 'x', c1: 'y' },
      { c0: long, c1: 'é' },
      { c0: null, c1: long },
    ])
  }
})

test('more columns than values are looked for at a time', async () => {
  const columns = textColumns(9000)
  const record = columns.map(({ name }, index) => (index % 7 === 0 ? '' : name))
  const csv = [columns.map(({ name }) => name), record, record, record]
    .map((line) => line.join(','))
    .join('\n')
  const row = rowOf(record.map((found) => (found === '' ? null : found)))
  expect(await Array.fromAsync(readCsv(Buffer.from(csv), { columns }))).toEqual([row, row, row])
})

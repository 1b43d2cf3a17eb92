import { count, countDistinct, max, min, sum } from '@holdfast/core'
import type { FieldsOf, QueryStart } from '@holdfast/core'
import fc from 'fast-check'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { opened } from './databases.js'
import { everything, inOrder, rowsOfEverything } from './file-values.js'
import { temporaryFolder } from './files.js'

const formats = ['csv', 'parquet'] as const
const pushdowns = ['auto', 'none'] as const
const separators = [',', ';', '\t', '|'] as const

type Start = QueryStart<readonly [FieldsOf<typeof everything>]>

const queries = [
  (start: Start) => start.where((row) => row.id.gt(0)),
  (start: Start) => start.where((row) => row.name.contains('"').or(row.name.eq(''))).limit(3),
  (start: Start) => start.orderBy((row) => row.at.desc({ nulls: 'first' })).limit(5),
  (start: Start) => start.select((row) => ({ id: row.id, doc: row.doc, token: row.token })).offset(2),
  (start: Start) =>
    start
      .groupBy((row) => ({ flag: row.flag }))
      .select((row) => ({
        flag: row.flag,
        rows: count(),
        days: countDistinct(row.day),
        price: max(row.price),
      })),
  (start: Start) =>
    start
      .where((row) => row.ratio.lt(1))
      .groupBy((row) => ({ year: row.day.year() }))
      .select((row) => ({ year: row.day.year(), least: min(row.fine), total: sum(row.whole) })),
]

test.each(formats.flatMap((format) => pushdowns.map((pushdown) => ({ format, pushdown }))))(
  'rows of all types come back from $format, written and read by pushdown $pushdown',
  async ({ format, pushdown }) => {
    const folder = temporaryFolder()
    const source = await opened({ path: ':memory:', externalAccess: [folder] }, { pushdown })
    const target = await opened({ path: ':memory:', externalAccess: [folder] }, { pushdown })
    await source.ensure(everything)
    await target.ensure(everything)
    const form = fc.record({ separator: fc.constantFrom(...separators), header: fc.boolean() })
    const path = join(folder, `rows.${format}`)
    await fc.assert(
      fc.asyncProperty(rowsOfEverything, form, async (rows, stated) => {
        const options = format === 'csv' ? stated : {}
        await source.table(everything).clear()
        await target.table(everything).clear()
        await source.table(everything).insert(rows)
        const written = await source.table(everything).exportFile(path, { ...options, overwrite: true })
        expect(written).toEqual({ rows: rows.length })
        const file = await target.file(path, { ...options, table: everything })
        expect(await file.all()).toEqual(inOrder(rows))
        expect(await target.table(everything).importFile(path, options)).toEqual({ rows: rows.length })
        expect(await target.table(everything).all()).toEqual(inOrder(rows))
      }),
      { numRuns: 25 },
    )
  },
)

test('a Parquet file of ours says the types of its columns', async () => {
  const folder = temporaryFolder()
  const db = await opened({ path: ':memory:', externalAccess: [folder] })
  await db.ensure(everything)
  const path = join(folder, 'rows.parquet')
  await fc.assert(
    fc.asyncProperty(rowsOfEverything, async (rows) => {
      await db.table(everything).clear()
      await db.table(everything).insert(rows)
      await db.table(everything).exportFile(path, { overwrite: true })
      const file = await db.file(path)
      const typesOf = (columns: readonly { name: string; type: object }[]) =>
        columns.map(({ name, type }) => ({ name, type }))
      expect(typesOf(file.definition.columns)).toEqual(typesOf(everything.definition.columns))
      expect(inOrder((await file.all()) as { id: number }[])).toEqual(inOrder(rows))
    }),
    { numRuns: 10 },
  )
})

test('a query of a file answers as core does over the table', async () => {
  const folder = temporaryFolder()
  const db = await opened({ path: ':memory:', externalAccess: [folder] })
  await db.ensure(everything)
  // Core evaluates everything itself.
  const reference = await opened({ path: ':memory:' }, { pushdown: 'none' })
  await reference.ensure(everything)
  await fc.assert(
    fc.asyncProperty(
      rowsOfEverything,
      fc.constantFrom(...formats),
      fc.constantFrom(...queries),
      async (rows, format, ask) => {
        await db.table(everything).clear()
        await reference.table(everything).clear()
        await db.table(everything).insert(rows)
        await reference.table(everything).insert(rows)
        const path = join(folder, `rows.${format}`)
        await db.table(everything).exportFile(path, { overwrite: true })
        const file = await db.file(path, { table: everything })
        const answer = await ask(reference.table(everything)).all()
        const run = await ask(file).run()
        expect(run.rows).toEqual(answer)
        expect(run.stats.nodesTaken).toBe(run.stats.nodes)
        const streamed = []
        for await (const row of ask(file).stream()) streamed.push(row)
        expect(streamed).toEqual(answer)
      },
    ),
    { numRuns: 40 },
  )
})

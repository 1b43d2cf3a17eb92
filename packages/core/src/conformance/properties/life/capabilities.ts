import type { Capabilities } from '../../../backend/types.js'
import type { Bench } from '../../bench.js'
import { fixedProperty } from '../../property.js'
import { disagree } from '../../report/disagreement.js'
import { expectRefusal, expectSame, expectThat } from '../../report/expect.js'
import { printValue } from '../../report/print.js'
import { below, createItems, item, items, withItems } from '../items.js'

/** What is declared is there; what is denied is refused, or done by core without the engine. */
export const capabilitiesAreTrue = fixedProperty({
  name: 'life/capabilities',
  rules: [],
  cases: [
    { name: 'frozen, complete, and of the declared kinds', check: wellFormed },
    { name: 'the same from open to close', check: constant },
    { name: 'raw SQL as declared', check: rawSql },
    { name: 'full-text search as declared', check: fullText },
    { name: 'nothing is taken with pushdown none', check: nothingTaken },
    { name: 'explain tells what is taken', check: explained },
  ],
})

const kinds: Readonly<Record<keyof Capabilities, (value: unknown) => boolean>> = {
  transactions: (value) => ['core', 'snapshot', 'serializable'].includes(String(value)),
  readsDuringTransaction: isFlag,
  durable: isFlag,
  concurrentProcesses: isFlag,
  transactionalSchema: isFlag,
  scanInKeyOrder: isFlag,
  sql: (value) => value === false || (typeof value === 'string' && value !== ''),
  fullTextSearch: isFlag,
  files: isFileCapabilities,
  limits: (value) => {
    const { maxKeyBytes, maxValueBytes } = value as Capabilities['limits']
    return maxKeyBytes >= 128 && maxKeyBytes <= 512 && maxValueBytes > 0 && maxValueBytes <= 16 * 1024 * 1024
  },
}

function isFlag(value: unknown): boolean {
  return typeof value === 'boolean'
}

async function wellFormed(bench: Bench): Promise<void> {
  const { capabilities } = bench.subject.backend()
  for (const [name, fits] of Object.entries(kinds)) {
    const value = capabilities[name as keyof Capabilities]
    expectThat(fits(value), `capabilities.${name} of the declared kind`, printValue(value))
  }
  expectThat(Object.isFrozen(capabilities), 'frozen capabilities', 'capabilities that can be changed')
  expectThat(Object.isFrozen(capabilities.limits), 'frozen capabilities.limits', 'limits that can be changed')
  expectSame('capabilities through JSON', JSON.parse(JSON.stringify(capabilities)), {
    ...capabilities,
    limits: { ...capabilities.limits },
  })
}

async function constant(bench: Bench): Promise<void> {
  const backend = bench.subject.backend()
  const before = JSON.stringify(backend.capabilities)
  const database = await bench.open({}, backend)
  expectSame('capabilities of the open database', JSON.stringify(database.capabilities), before)
  await createItems(database, [item(1)])
  expectSame('capabilities after a write', JSON.stringify(database.capabilities), before)
  await bench.close(database)
  expectSame('capabilities after close', JSON.stringify(backend.capabilities), before)
  expectSame('capabilities of another backend', JSON.stringify(bench.subject.backend().capabilities), before)
}

async function rawSql(bench: Bench): Promise<void> {
  await withItems(bench, [item(1), item(2)], async (database) => {
    const hostile = "x'; DROP TABLE items; --"
    const ask = (): Promise<Record<string, unknown>[]> =>
      database.sql`SELECT label, ${hostile} AS given FROM items WHERE id = ${2}`
    if (database.capabilities.sql === false) {
      await expectRefusal('raw SQL', 'UNSUPPORTED', ask)
      bench.tally.see('verified absent')
    } else {
      expectSame('the rows of raw SQL', await ask(), [{ label: 'i2', given: hostile }])
      await expectRefusal('SQL that is none', ['ENGINE', 'INVALID_ARGUMENT'], () => database.sql`SELEKT 1`)
    }
  })
}

async function fullText(bench: Bench): Promise<void> {
  await withItems(
    bench,
    [item(1, { label: 'the quick fox' }), item(2, { label: 'a slow dog' })],
    async (database, table) => {
      const search = (): Promise<Record<string, unknown>[]> => table.search(['label'], 'quick')
      if (database.capabilities.fullTextSearch) {
        expectSame(
          'the rows found',
          (await search()).map((row) => row['id']),
          [1],
        )
      } else {
        await expectRefusal('search', 'UNSUPPORTED', search)
        bench.tally.see('verified absent')
      }
    },
  )
}

async function nothingTaken(bench: Bench): Promise<void> {
  const database = await bench.open({ pushdown: 'none' })
  const table = await createItems(database, [item(1), item(2), item(3)])
  const { rows, stats } = await table.limit(2).run()
  expectSame('the rows', rows.length, 2)
  expectSame('nodes taken', stats.nodesTaken, 0)
  const { nodesTaken } = await below(database, 3).explain()
  expectSame('nodes taken as explained', nodesTaken, 0)
  await bench.close(database)
}

async function explained(bench: Bench): Promise<void> {
  await withItems(bench, [item(1), item(2)], async (database) => {
    const query = below(database, 2)
    const { stats } = await query.run()
    const explanation = await query.explain()
    const analyzed = await query.explain({ analyze: true })
    expectSame('nodes taken, explained and run', explanation.nodesTaken, stats.nodesTaken)
    expectSame('nodes, explained and run', explanation.nodes, stats.nodes)
    expectSame('nodes taken when analyzed', analyzed.stats?.nodesTaken, stats.nodesTaken)
    if (explanation.text === '' || !explanation.text.includes(items.name)) {
      disagree('the explanation', explanation.text, `a text that names ${items.name}`)
    }
  })
}

function isFileCapabilities(value: unknown): boolean {
  const { query, export: written, infer, compression } = value as Capabilities['files']
  const isListOf = (list: unknown, words: readonly string[]) =>
    Array.isArray(list) && Object.isFrozen(list) && list.every((word) => words.includes(String(word)))
  const formats = ['csv', 'parquet', 'ndjson', 'json']
  // Only what can be read can be inferred.
  return (
    [query, written].every((list) => isListOf(list, formats)) &&
    isListOf(infer, query) &&
    isListOf(compression, ['gzip', 'zstd'])
  )
}

import Driver from 'better-sqlite3'
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { Connection } from '../../src/connection.js'
import { Lengths } from '../../src/threads/lengths.js'
import { usualRules } from '../../src/threads/rules.js'

const silent = { report: () => undefined, reporting: () => false }
let connection: Connection

beforeEach(() => {
  const database = new Driver(':memory:')
  connection = new Connection(database, silent)
  onTestFinished(() => connection.close())
  database.exec(`
    create table large (id integer primary key, name text, number int) strict;
    create index "large.number" on large (number);
    create table few (id integer primary key, name text) strict;
    insert into few values (1, 'one');
    with recursive numbers (n) as (select 1 union all select n + 1 from numbers where n < 20000)
    insert into large select n, printf('%0100d', n), n % 7 from numbers;
  `)
})

const isLong = (lengths: Lengths, sql: string, table = 'large', values: readonly unknown[] = []) =>
  lengths.isLong(
    () => connection,
    { sql, tables: [table] },
    () => values,
  )

describe('by its plan', () => {
  test.each([
    'SELECT name, count(*) FROM large GROUP BY name',
    'SELECT * FROM large ORDER BY name LIMIT 10',
    'SELECT * FROM large WHERE name = 5 LIMIT 10',
    'SELECT count(*) FROM large',
    'UPDATE large SET name = 5',
    'DELETE FROM large WHERE name > 7',
  ])('%s is long', (sql) => {
    expect(isLong(new Lengths(usualRules), sql)).toBe(true)
    expect(isLong(new Lengths(usualRules), sql.replace('large', 'few'), 'few')).toBe(false)
  })

  test.each<[sql: string, values: readonly unknown[]]>([
    ['SELECT * FROM large WHERE id = ?', [1]],
    ['SELECT * FROM large WHERE id IN (SELECT value FROM json_each(?))', ['[1,2]']],
    ['SELECT * FROM large ORDER BY id LIMIT ?', [10n]],
    ['SELECT * FROM large WHERE number = ?', [3]],
    ['UPDATE large SET name = ? WHERE id = ?', ['x', 1]],
  ])('%s is short', (sql, values) => {
    expect(isLong(new Lengths(usualRules), sql, 'large', values)).toBe(false)
  })

  test('what cannot be planned is short: it fails by itself', () => {
    expect(isLong(new Lengths(usualRules), 'SELECT * FROM missing', 'missing')).toBe(false)
  })
})

describe('by the time that it took', () => {
  const statement = { sql: 'SELECT * FROM large WHERE number = ?', tables: ['large'] }
  const scan = { sql: 'SELECT count(*) FROM large', tables: ['large'] }
  const ask = (lengths: Lengths, asked: typeof scan) =>
    lengths.isLong(
      () => connection,
      asked,
      () => [],
    )

  test('one that was long is, until it has been short several times', () => {
    const lengths = new Lengths(usualRules)
    lengths.took(statement, 100)
    expect(ask(lengths, statement)).toBe(true)
    lengths.took(statement, 0)
    expect(ask(lengths, statement)).toBe(true)
    for (let run = 0; run < 20; run++) lengths.took(statement, 0)
    expect(ask(lengths, statement)).toBe(false)
    lengths.took(statement, usualRules.milliseconds + 1)
    expect(ask(lengths, statement)).toBe(false)
    lengths.took(statement, usualRules.milliseconds * 4)
    expect(ask(lengths, statement)).toBe(true)
  })

  test('one whose plan looked long may turn out to be short', () => {
    const lengths = new Lengths(usualRules)
    expect(ask(lengths, scan)).toBe(true)
    lengths.took(scan, 0.1)
    expect(ask(lengths, scan)).toBe(false)
  })

  test('what waits tells nothing', async () => {
    const lengths = new Lengths({ ...usualRules, milliseconds: 0 })
    const waits = { sql: 'SELECT 1', tables: [] }
    await lengths.measure(waits, () => Promise.resolve())
    expect(new Lengths(usualRules).measure(waits, () => 7)).toBe(7)
  })
})

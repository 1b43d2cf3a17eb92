import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { items, openedWithItems } from './databases.js'
import { temporaryFolder } from './files.js'

test('measurements of statements are written to the file that was named, and no other is within reach', async () => {
  const folder = temporaryFolder()
  const profilingOutput = join(folder, 'profile.json')
  const database = await openedWithItems(3, { profiling: 'json', profilingOutput })
  await database
    .table(items)
    .where((row) => row.name.eq('item 1'))
    .all()
  const profile = JSON.parse(readFileSync(profilingOutput, 'utf8')) as Record<string, unknown>
  expect(profile['query_name']).toContain('"items"')
  expect(profile).toHaveProperty('cpu_time')
  await expect(database.sql`copy items to ${join(folder, 'other.csv')}`).rejects.toMatchObject({
    code: 'UNAUTHORIZED',
  })
})

test('a profile that DuckDB does not write down leaves the terminal alone', async () => {
  const database = await openedWithItems(3, { profiling: 'no_output' })
  const [setting] = await database.sql`select value from duckdb_settings() where name = 'enable_profiling'`
  expect(setting).toEqual({ value: 'no_output' })
  expect(await database.table(items).count()).toBe(3)
})

import { open } from '@holdfast/core'
import type { Database } from '@holdfast/core'
import { expect, onTestFinished, test } from 'vitest'
import { postgres } from '../src/index.js'
import type { EngineStatistics, NativeClients, PostgresOptions } from '../src/index.js'
import { opened, otherProgram } from './databases.js'
import { freshOptions, freshSchema } from './schemas.js'

/** The name of a database that is gone when the test has finished: extensions are those of a whole database. */
async function freshDatabase(): Promise<PostgresOptions> {
  const database = `holdfast_${freshSchema()}`
  const client = await otherProgram()
  onTestFinished(async () => void (await client.query(`drop database "${database}"`)))
  return { database, createDatabase: true }
}

async function extensionsOf(database: Database<NativeClients>) {
  return ((await database.stats()).engine as unknown as EngineStatistics).extensions
}

test('extensions that the database lacks are created with what they need, and shown', async () => {
  const options = await freshDatabase()
  expect(Object.keys(await extensionsOf(await opened(options)))).toEqual(['plpgsql'])
  const database = await opened({ ...options, extensions: ['pg_trgm', 'earthdistance', 'uuid-ossp'] })
  expect(await extensionsOf(database)).toEqual({
    cube: expect.stringMatching(/^\d/) as string,
    earthdistance: expect.stringMatching(/^\d/) as string,
    pg_trgm: expect.stringMatching(/^\d/) as string,
    plpgsql: expect.stringMatching(/^\d/) as string,
    'uuid-ossp': expect.stringMatching(/^\d/) as string,
  })
  expect((await database.sql`select similarity('word', 'words') > 0.5 as alike`)[0]).toEqual({ alike: true })
  // They are there to stay, and for every schema.
  const again = await opened({ ...options, extensions: ['pg_trgm'] })
  expect(Object.keys(await extensionsOf(again))).toContain('pg_trgm')
  await again.sql`select similarity('a', 'b')`
})

test('many may ask for one at once', async () => {
  const options = await freshDatabase()
  await opened(options)
  const databases = await Promise.all(
    Array.from({ length: 6 }, () => opened({ ...options, extensions: ['pg_trgm', 'btree_gist'] })),
  )
  for (const database of databases)
    expect(Object.keys(await extensionsOf(database))).toEqual(['btree_gist', 'pg_trgm', 'plpgsql'])
})

test('one that the server does not offer is named, and so is one that cannot be created', async () => {
  const missing = open(postgres(freshOptions({ extensions: ['pg_nothing'] })))
  await expect(missing).rejects.toMatchObject({ code: 'UNSUPPORTED', path: 'extensions' })
  await expect(missing).rejects.toThrow('"pg_nothing"')
  const options = await freshDatabase()
  await opened({ ...options, schema: 'here' })
  const reading = open(
    postgres(freshOptions({ ...options, schema: 'here', readOnly: true, extensions: ['pg_trgm'] })),
  )
  await expect(reading).rejects.toMatchObject({ code: 'UNSUPPORTED', path: 'extensions' })
  await expect(reading).rejects.toThrow('"pg_trgm"')
})

test.each([{ extensions: 'pg_trgm' }, { extensions: [1] }, { extensions: ['a"b'] }, { extensions: [''] }])(
  '%j is no list of names',
  (options) => {
    const made = () => postgres(options as never)
    expect(made).toThrow(expect.objectContaining({ code: 'INVALID_ARGUMENT', path: 'extensions' }))
  },
)

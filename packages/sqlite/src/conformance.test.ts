import { conform } from '@holdfast/core/conformance'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, test } from 'vitest'
import { sqlite } from './index.js'
import type { SqliteOptions } from './index.js'

const folder = mkdtempSync(join(tmpdir(), 'holdfast-sqlite-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

let files = 0
const inFile = (options: Partial<SqliteOptions> = {}) =>
  sqlite({ path: join(folder, `${++files}.db`), ...options })

conform({ describe, test }, { name: 'sqlite', backend: () => inFile() })

// What is different with one connection does not depend on how many queries are tried.
const runs = 8
conform({ describe, test }, { name: 'sqlite in memory', runs, backend: () => sqlite({ path: ':memory:' }) })
conform(
  { describe, test },
  { name: 'sqlite without WAL', runs, backend: () => inFile({ journalMode: 'truncate' }) },
)

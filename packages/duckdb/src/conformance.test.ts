import { conform } from '@holdfast/core/conformance'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'vitest'
import { duckdb } from './index.js'

const folder = mkdtempSync(join(tmpdir(), 'holdfast-duckdb-'))
let files = 0

conform(
  { describe, test },
  { name: 'duckdb', backend: () => duckdb({ path: join(folder, `${++files}.db`), externalAccess: true }) },
)

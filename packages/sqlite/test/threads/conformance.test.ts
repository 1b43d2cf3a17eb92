import { conform } from '@holdfast/core/conformance'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, test } from 'vitest'
import { sqliteInThreads } from './in-threads.js'

const folder = mkdtempSync(join(tmpdir(), 'holdfast-sqlite-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

let files = 0

// Each database starts threads of its own, which is most of the time that this takes.
conform(
  { describe, test },
  {
    name: 'sqlite in threads',
    runs: 8,
    backend: () => sqliteInThreads({ path: join(folder, `${++files}.db`) }),
  },
)

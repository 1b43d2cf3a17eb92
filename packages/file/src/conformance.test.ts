import { conform } from '@holdfast/core/conformance'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, test } from 'vitest'
import { file } from './index.js'
import type { FileOptions } from './index.js'

const folder = mkdtempSync(join(tmpdir(), 'holdfast-file-'))
afterAll(() => rmSync(folder, { recursive: true }))
let databases = 0

const inFolder = (options: Partial<FileOptions> = {}) =>
  file({ path: join(folder, String(++databases)), synchronous: 'off', ...options })

conform({ describe, test }, { name: 'file', backend: () => inFolder() })

// What is different in other formats does not depend on how many queries are tried; test/history tries the others. So small a
// journal becomes segments often, and so small a cache keeps few of their blocks.
for (const format of ['ndjson', 'csv'] as const) {
  conform(
    { describe, test },
    {
      name: `file as ${format}`,
      runs: 4,
      backend: () => inFolder({ format, journalSize: 32 * 1024, cacheSize: 100_000 }),
    },
  )
}

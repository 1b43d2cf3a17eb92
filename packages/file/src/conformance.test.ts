import { conform } from '@holdfast/core/conformance'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, test } from 'vitest'
import { file } from './index.js'

const folder = mkdtempSync(join(tmpdir(), 'holdfast-file-'))
afterAll(() => rmSync(folder, { recursive: true }))
let databases = 0

conform(
  { describe, test },
  {
    name: 'file',
    backend: () => file({ path: join(folder, String(++databases)), synchronous: 'off', format: 'ndjson' }),
  },
)

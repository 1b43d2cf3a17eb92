import { conform } from '@holdfast/core/conformance'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'vitest'
import { sqlite } from './index.js'

const folder = mkdtempSync(join(tmpdir(), 'holdfast-sqlite-'))
let files = 0

conform(
  { describe, test },
  { name: 'sqlite', backend: () => sqlite({ path: join(folder, `${++files}.db`) }) },
)

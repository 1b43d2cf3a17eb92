import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { conform } from '@holdfast/core/conformance'
import { afterAll, describe, test } from 'vitest'
import { level } from '../src/index.ts'

const folder = mkdtempSync(join(tmpdir(), 'level-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

let databases = 0
conform(
  { describe, test },
  { name: 'level', backend: () => level({ path: join(folder, `${++databases}`), sync: false }) },
)

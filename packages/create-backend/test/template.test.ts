import { describe, test } from 'vitest'
import { conform } from '@holdfast/core/conformance'
// eslint-disable-next-line no-restricted-imports -- the template is no package of the workspace
import { freshBackend } from '../template/test/fresh.ts'

conform({ describe, test }, { name: 'my-engine', backend: freshBackend, runs: 20 })

import { describe, test } from 'vitest'
import { conform } from '@holdfast/core/conformance'
import { myEngine } from '../template/src/index.ts'

conform({ describe, test }, { name: 'my-engine', backend: () => myEngine(), runs: 20 })

import { conform } from '@holdfast/core/conformance'
import { describe, test } from 'vitest'
import { memory } from './index.js'

conform({ describe, test }, { name: 'memory', backend: () => memory() })

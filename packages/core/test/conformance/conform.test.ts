import { describe, test } from 'vitest'
import { conform } from '../../src/conformance/index.js'
import { plainBackend } from './plain-backend.js'

conform({ describe, test }, { name: 'plain', backend: plainBackend })

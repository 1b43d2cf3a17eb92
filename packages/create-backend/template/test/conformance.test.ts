import { describe, test } from 'node:test'
import { conform } from '@holdfast/core/conformance'
import { freshBackend } from './fresh.ts'

conform({ describe, test }, { name: 'my-engine', backend: freshBackend })

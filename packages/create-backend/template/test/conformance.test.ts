import { describe, test } from 'node:test'
import { conform } from '@holdfast/core/conformance'
import { myEngine } from '../src/index.ts'

// A new, empty database for each call.
conform({ describe, test }, { name: 'my-engine', backend: () => myEngine() })

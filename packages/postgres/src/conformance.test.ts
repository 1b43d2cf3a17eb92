import { conform } from '@holdfast/core/conformance'
import { describe, test } from 'vitest'
import { freshOptions } from '../test/schemas.js'
import { postgres } from './index.js'

conform({ describe, test }, { name: 'postgres', backend: () => postgres(freshOptions()) })

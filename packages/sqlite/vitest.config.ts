import { resolve } from 'node:path'
import { defineConfig, mergeConfig } from 'vitest/config'
import base from '../../vitest.base.ts'

const threads = resolve(import.meta.dirname, 'test/threads')

/** Threads cannot run the sources as vitest does: their program is built, and they are led to it. */
export default defineConfig((env) =>
  mergeConfig(base(env), {
    test: { globalSetup: `${threads}/program.ts`, execArgv: ['--import', `${threads}/preload.ts`] },
  }),
)

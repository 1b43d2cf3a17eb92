import { defineConfig, mergeConfig } from 'vitest/config'
import base from '../../vitest.base.ts'

/** One server for all test files: see test/server.ts. */
export default defineConfig((environment) =>
  mergeConfig(
    base(environment),
    environment.mode === 'types' ? {} : { test: { globalSetup: ['test/server.ts'] } },
  ),
)

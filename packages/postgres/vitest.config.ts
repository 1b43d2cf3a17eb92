import { defineConfig, mergeConfig } from 'vitest/config'
import base from '../../vitest.base.ts'

/** One server for all test files: see test/server.ts. */
export default defineConfig((environment) =>
  mergeConfig(
    base(environment),
    environment.mode === 'types'
      ? {}
      : // Like the limits of tests: what is polled for comes, or something hangs.
        { test: { globalSetup: ['test/server.ts'], expect: { poll: { timeout: 60_000 } } } },
  ),
)

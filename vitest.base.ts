import './scripts/check-node.mjs'
import { resolve } from 'node:path'
import { defineConfig } from 'vitest/config'
import { ResultsReporter } from './scripts/results.ts'

const packages = resolve(import.meta.dirname, 'packages')

/**
 * How every package is tested. Workspace packages resolve to their source, so tests need no build and never see a stale one.
 * `vitest run` runs `*.test.ts`; `vitest run --mode types` checks the type tests, `*.test-d.ts`.
 * Both leave in `.results/` how they ended.
 */
export default defineConfig(({ mode }) => {
  const types = mode === 'types'
  return {
    resolve: {
      alias: [
        { find: /^@holdfast\/([\w-]+)$/, replacement: `${packages}/$1/src/index.ts` },
        { find: /^@holdfast\/([\w-]+)\/(.+)$/, replacement: `${packages}/$1/src/$2/index.ts` },
      ],
    },
    test: {
      include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
      typecheck: {
        enabled: types,
        only: types,
        include: ['src/**/*.test-d.ts', 'test/**/*.test-d.ts'],
        tsconfig: './tsconfig.json',
      },
      passWithNoTests: types,
      // Only a test that hangs takes so long: budgets are counted in cases, and a busy machine is slow.
      testTimeout: 180_000,
      hookTimeout: 180_000,
      reporters: ['default', new ResultsReporter()],
      outputFile: { json: `.results/${types ? 'types' : 'test'}.json` },
    },
  }
})

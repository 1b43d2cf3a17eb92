import { defineConfig, mergeConfig } from 'vitest/config'
import base from './vitest.config.ts'

/** `pnpm --filter @holdfast/benchmarks test:page`: the report in a real browser, without which it fails. */
export default defineConfig((environment) => {
  const { test = {}, ...rest } = base(environment)
  return mergeConfig(rest, {
    test: { ...test, include: ['src/report/**/*.browser.ts'], outputFile: { json: '.results/page.json' } },
  })
})

import { resolve } from 'node:path'
import { build } from 'tsup'

const packages = resolve(import.meta.dirname, '../../..')

/** Builds the program of a thread from the sources before the tests run: `preload.ts` has threads run it. */
export async function setup(): Promise<void> {
  await build({
    config: false,
    entry: { worker: resolve(packages, 'sqlite/src/threads/worker.ts') },
    outDir: resolve(packages, 'sqlite/.results/threads'),
    format: 'esm',
    target: 'node22',
    platform: 'node',
    silent: true,
    sourcemap: 'inline',
    noExternal: [/^@holdfast\//],
    tsconfig: resolve(packages, '../tsconfig.base.json'),
    esbuildOptions(options) {
      options.alias = {
        '@holdfast/core/backend': `${packages}/core/src/backend/index.ts`,
        '@holdfast/sql': `${packages}/sql/src/index.ts`,
      }
    },
  })
}

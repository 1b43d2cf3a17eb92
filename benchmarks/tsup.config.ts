import { globSync } from 'node:fs'
import { basename } from 'node:path'
import { defineConfig } from 'tsup'
import { inlinePage } from './src/report/inline.ts'

/** Programs of their own, found beside the code that starts them: in the source in its folder, here beside its chunk. */
const programs = globSync('src/**/*-{process,worker}.ts', { cwd: import.meta.dirname })

export default defineConfig({
  entry: {
    index: 'src/index.ts',
    command: 'src/command/index.ts',
    ...Object.fromEntries(programs.map((path) => [basename(path, '.ts'), path])),
  },
  outDir: 'dist',
  format: 'esm',
  target: 'node22',
  platform: 'node',
  dts: { entry: { index: 'src/index.ts' } },
  sourcemap: true,
  clean: true,
  splitting: true,
  skipNodeModulesBundle: true,
  // Private to the workspace: the code that finds or starts a PostgreSQL server becomes a part of this package.
  noExternal: ['@holdfast/postgres-server'],
  esbuildPlugins: [inlinePage],
  removeNodeProtocol: false,
  tsconfig: '../tsconfig.base.json',
})

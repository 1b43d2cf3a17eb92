import { globSync } from 'node:fs'
import { basename, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Plugin } from 'esbuild'
import { defineConfig } from 'tsup'

// Not bundled into this configuration, so that it finds the page beside itself.
const inline = pathToFileURL(join(import.meta.dirname, 'src/report/inline.ts')).href
const { inlinePage } = (await import(inline)) as { readonly inlinePage: Plugin }

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

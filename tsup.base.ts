import { defineConfig } from 'tsup'

/** How every package under packages/ is built. An entry `src/name/index.ts` becomes `dist/name/index.js` and its `.d.ts`. */
export const library = (...entry: string[]) =>
  defineConfig({
    entry,
    outDir: 'dist',
    format: 'esm',
    target: 'node22',
    platform: 'node',
    dts: true,
    sourcemap: true,
    clean: true,
    // Entries of one package share chunks, so that a class exported by two of them is one class.
    splitting: true,
    // A package carries its own code only; what it needs is declared in its manifest, never copied into it.
    skipNodeModulesBundle: true,
    // Without this `node:sqlite` and `node:test` would lose the prefix they cannot live without.
    removeNodeProtocol: false,
    tsconfig: '../../tsconfig.base.json',
  })

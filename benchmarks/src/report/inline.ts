import type { Plugin } from 'esbuild'
import { pageAssets } from './assets.ts'

/** For the package's own build: the page is bundled then, and is a string in what is published. */
export const inlinePage: Plugin = {
  name: 'inline-page',
  setup(build) {
    build.onLoad({ filter: /[\\/]report[\\/]assets\.ts$/ }, async () => ({
      loader: 'js',
      contents: `const assets = ${JSON.stringify(await pageAssets())}\nexport const pageAssets = async () => assets`,
    }))
  },
}

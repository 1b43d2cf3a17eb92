/** What the page consists of besides its data. */
export interface PageAssets {
  readonly script: string
  readonly style: string
}

/**
 * Bundles the page's code and styles from their source. The published package does not hold this source or its bundler:
 * there `inlinePage` has put the outcome in place of this file.
 */
export async function pageAssets(): Promise<PageAssets> {
  const { build } = await import('esbuild')
  const bundle = async (entry: string) => {
    const { outputFiles } = await build({
      absWorkingDir: import.meta.dirname,
      entryPoints: [entry],
      bundle: true,
      minify: true,
      write: false,
      format: 'iife',
      platform: 'browser',
      target: ['es2023', 'chrome123', 'firefox120', 'safari17.5'],
      charset: 'utf8',
      legalComments: 'none',
      tsconfigRaw: {},
    })
    return outputFiles[0]?.text.trim() ?? ''
  }
  const [script, style] = await Promise.all([bundle('page/index.ts'), bundle('page/style/index.css')])
  return { script, style }
}

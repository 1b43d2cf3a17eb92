import { createHash } from 'node:crypto'
import type { PageAssets } from './assets.ts'
import type { PageData } from './data.ts'

/**
 * The page. Its policy lets it run its own script and style, known by their hashes, and load nothing at all; the data is a
 * block that no browser runs, in which nothing can end the block.
 */
export function html({ script, style }: PageAssets, data: PageData): string {
  for (const [name, text] of Object.entries({ script, style }))
    if (new RegExp(`</${name}|<!--`, 'i').test(text))
      throw new Error(`The page's ${name} would end its own element.`)
  const policy = [
    "default-src 'none'",
    `script-src '${hash(script)}'`,
    `style-src '${hash(style)}'`,
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ')
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<link rel="icon" href="data:,">
<title>Holdfast benchmarks</title>
<style>${style}</style>
</head>
<body>
<noscript><p>The figures of this page are drawn by its script, which is not allowed to run here.</p></noscript>
<script type="application/json" id="data">${inert(data)}</script>
<script>${script}</script>
</body>
</html>
`
}

/** JSON without a character that HTML or JavaScript could take for its own. */
export function inert(data: unknown): string {
  return JSON.stringify(data).replace(
    /[<>&\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

const hash = (text: string) => `sha256-${createHash('sha256').update(text).digest('base64')}`

/**
 * The program of a thread. This module lies beside the folder of it in the sources, and so does what it is bundled into
 * in the built package.
 */
export const threadEntry = new URL(
  /\.ts(\?|$)/.test(import.meta.url) ? 'threads/worker.ts' : 'threads/worker.js',
  import.meta.url,
)

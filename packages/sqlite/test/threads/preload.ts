import { registerHooks } from 'node:module'

/** What `program.ts` has built. */
const program = new URL('../../.results/threads/worker.js', import.meta.url).href

registerHooks({
  resolve(specifier, context, next) {
    if (!specifier.endsWith('/src/threads/worker.ts')) return next(specifier, context)
    return { url: program, format: 'module', shortCircuit: true }
  },
})

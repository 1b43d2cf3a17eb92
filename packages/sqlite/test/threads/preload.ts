import { registerHooks } from 'node:module'

/** What `program.ts` has built; nothing, where a test has it so. */
const program = new URL('../../.results/threads/worker.js', import.meta.url).href
const missing = new URL('../../.results/threads/missing.js', import.meta.url).href

registerHooks({
  resolve(specifier, context, next) {
    if (!specifier.endsWith('/src/threads/worker.ts')) return next(specifier, context)
    const url = process.env['HOLDFAST_THREADS'] === 'missing' ? missing : program
    return { url, format: 'module', shortCircuit: true }
  },
})

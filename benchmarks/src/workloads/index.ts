import type { AnyWorkload } from '../contract/workload.ts'

/** Every workload by its name; each is loaded when it is asked for: `async () => (await import('./name/index.ts')).workload`. */
export const workloads: Readonly<Record<string, () => Promise<AnyWorkload>>> = {
  overhead: async () => (await import('./overhead/index.ts')).workload,
}

import type { AnyWorkload } from '../contract/workload.ts'

/** Every workload by its name; each is loaded when it is asked for: `async () => (await import('./name/index.ts')).workload`. */
export const workloads: Readonly<Record<string, () => Promise<AnyWorkload>>> = {
  overhead: async () => (await import('./overhead/index.ts')).workload,
  callers: async () => (await import('./overhead/index.ts')).callers,
  bulk: async () => (await import('./bulk/index.ts')).workload,
  memory: async () => (await import('./memory/index.ts')).workload,
  registration: async () => (await import('./registration/index.ts')).workload,
  seeds: async () => (await import('./seeds/index.ts')).workload,
  ycsb: async () => (await import('./ycsb/index.ts')).workload,
  'group-by': async () => (await import('./group-by/index.ts')).workload,
  'group-by-nulls': async () => (await import('./group-by/index.ts')).workloadWithNulls,
  join: async () => (await import('./join/index.ts')).workload,
  'join-nulls': async () => (await import('./join/index.ts')).workloadWithNulls,
  hits: async () => (await import('./hits/index.ts')).workload,
  windows: async () => (await import('./windows/index.ts')).workload,
  pushdown: async () => (await import('./pushdown/index.ts')).workload,
  opening: async () => (await import('./opening/index.ts')).workload,
  batches: async () => (await import('./batches/index.ts')).workload,
}

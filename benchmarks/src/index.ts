/**
 * Holdfast's benchmarks: engines through Holdfast, beside their bare drivers and other libraries, with every answer checked.
 *
 * ```ts
 * import { runBenchmarks } from '@holdfast/benchmarks'
 *
 * const { records } = await runBenchmarks({ engines: ['sqlite'], onProgress: console.log })
 * ```
 */

export type { Arm, EngineName, Explanation, HoldfastEngine, Opened, Setting } from './contract/arm.ts'
export type { CellRecord, EngineRecord, Machine } from './contract/record.ts'
export type { AnyWorkload, Answer, Job, Step, Workload } from './contract/workload.ts'
export { runBenchmarks } from './harness/run.ts'
export type { BenchmarkOptions, BenchmarkResult, ProgressEvent } from './harness/options.ts'
export type { ArmResult, StepLine } from './harness/options.ts'
export { compare } from './harness/compare.ts'
export type { Change, Comparison, Lost } from './harness/compare.ts'
export { readRecords } from './harness/read-records.ts'
export { writeRecords } from './harness/results.ts'

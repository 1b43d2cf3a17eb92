import type { EngineRecord } from '../contract/record.ts'

/** What the report says of a workload; a `Workload` is one. */
export interface ReportWorkload {
  readonly name: string
  readonly title: string
  readonly description: string
  readonly steps: readonly ReportStep[]
}

export interface ReportStep {
  readonly name: string
  readonly title: string
  /** The ratio to the bare driver that we want to reach, by engine. */
  readonly targets?: Readonly<Record<string, number | undefined>>
  /** The most that an engine may need besides time: MiB added, milliseconds for which the event loop is held. */
  readonly limits?: Readonly<
    Partial<Record<'growth' | 'longestHold', Readonly<Record<string, number | undefined>>>>
  >
  /** Seconds that the systems that we replace claim for the step, by engine. */
  readonly claims?: Readonly<Record<string, number | undefined>>
  /** The rows that the claims speak of; any unless stated. */
  readonly claimedRows?: number
}

/** All that the page knows. */
export interface PageData {
  readonly records: readonly EngineRecord[]
  readonly workloads: readonly ReportWorkload[]
}

/** Leaves out what a workload has beyond its description: arms, code, whatever a third party put there. */
export function pageData(records: readonly EngineRecord[], workloads: readonly ReportWorkload[]): PageData {
  return {
    records,
    workloads: workloads.map(({ name, title, description, steps }) => ({
      name,
      title,
      description,
      steps: steps.map((step) => ({
        name: step.name,
        title: step.title,
        ...(step.targets && { targets: step.targets }),
        ...(step.limits && { limits: step.limits }),
        ...(step.claims && { claims: step.claims }),
        ...(step.claimedRows !== undefined && { claimedRows: step.claimedRows }),
      })),
    })),
  }
}

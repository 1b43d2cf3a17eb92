import type { Arm } from '../contract/arm.ts'
import type { AnyWorkload, Step } from '../contract/workload.ts'
import type { ArmReference } from './messages.ts'

/** An arm that takes part. */
export interface PlannedArm {
  readonly reference: ArmReference
  /** What results call it. */
  readonly name: string
  readonly engine: string
  readonly kind: Arm<unknown>['kind']
  readonly settings: string
  readonly packages: readonly string[]
  /** Why it has no time from the start: it lacks the step, or a package is not there. */
  readonly absent?: string
  /** Whether the arm itself says that it has no way to do the step. */
  readonly lacks?: true
}

/** One step with so many rows, in all its arms: they run side by side, in turn. */
export interface PlannedStep {
  readonly key: string
  readonly workload: AnyWorkload
  /** By what processes load it: its name or the address of its module. */
  readonly source: string
  readonly step: Step<unknown>
  readonly rows: number
  readonly arms: readonly PlannedArm[]
}

/** Whether only this process holds the address of a server that the arm needs. */
export const needsServer = ({ engine, reference }: PlannedArm): boolean =>
  engine === 'postgres' && reference.kind === 'own'

/** How many things have to happen: openings and runs of all arms, and the reference once. */
export function unitsOf({ arms }: PlannedStep, runs: number): number {
  const present = arms.filter(({ absent }) => absent === undefined).length
  return 1 + present * unitsOfArm(runs)
}

/** Opening, the cold run, the hot ones, the end. */
export const unitsOfArm = (runs: number): number => 3 + runs

import { referenceName } from '../backends/evaluator.ts'
import type { Arm, EngineName } from '../contract/arm.ts'
import type { AnyWorkload, Step } from '../contract/workload.ts'
import { workloads as registry } from '../workloads/index.ts'
import { loadWorkload } from './arms.ts'
import type { BenchmarkOptions } from './options.ts'
import { versionOf } from './packages.ts'
import type { PlannedArm, PlannedStep } from './plan.ts'
import { refusal } from './refusal.ts'

/** What a run without options takes of what there is. */
const quickWorkloads = ['seeds', 'overhead']

/** A backend of a third party: the address of its module, and what it calls itself. */
export interface Plugin {
  readonly module: string
  readonly name: string
}

/**
 * Everything that a run has to do.
 *
 * @throws HoldfastError INVALID_ARGUMENT for a workload, an engine or a step that is not there, with those that are
 */
export async function planRun(options: BenchmarkOptions, plugins: readonly Plugin[]): Promise<PlannedStep[]> {
  const sources = options.workloads ?? defaultWorkloads(options.full === true)
  const loaded = await Promise.all(
    sources.map(async (source) => ({ source, workload: await loadWorkload(source) })),
  )
  const workloads = loaded.map(({ workload }) => workload)
  await checkNames(
    'engine',
    options.engines,
    workloads.flatMap(({ arms }) => arms.map(({ engine }) => engine)).concat(plugins.map(({ name }) => name)),
  )
  await checkNames(
    'step',
    options.steps,
    workloads.flatMap(({ steps }) => steps.map(({ name }) => name)),
  )
  return loaded.flatMap(({ source, workload }) =>
    rowsOf(workload, options).flatMap((rows) =>
      workload.steps
        .filter(({ name }) => options.steps?.includes(name) ?? true)
        .map((step) => ({
          key: `${workload.name}/${step.name}/${rows}`,
          workload,
          source,
          step,
          rows,
          arms: armsOf(workload, step, options, plugins),
        }))
        .filter(({ arms }) => arms.length > 0),
    ),
  )
}

function defaultWorkloads(full: boolean): string[] {
  const names = Object.keys(registry)
  return full ? names : quickWorkloads.filter((name) => names.includes(name))
}

async function checkNames(
  what: string,
  asked: readonly string[] | undefined,
  known: readonly string[],
): Promise<void> {
  const names = [...new Set(known)]
  for (const name of asked ?? [])
    if (!names.includes(name))
      throw await refusal(
        'INVALID_ARGUMENT',
        `There is no ${what} ${name} in what is to run. There are: ${names.toSorted().join(', ')}.`,
      )
}

function rowsOf({ rows }: AnyWorkload, options: BenchmarkOptions): readonly number[] {
  return options.rows ?? (options.full === true ? rows.full : [rows.quick])
}

function armsOf(
  workload: AnyWorkload,
  step: Step<unknown>,
  { engines, peers, full }: BenchmarkOptions,
  plugins: readonly Plugin[],
): PlannedArm[] {
  const isWanted = ({ engine, kind, name }: Arm<unknown>) =>
    name !== referenceName &&
    (engines?.includes(engine) ?? true) &&
    (kind !== 'peer' || peers === true || full === true)
  const own = workload.arms.filter(isWanted).map((arm) => planned(arm, step))
  return [...own, ...plugins.map((plugin) => plannedPlugin(plugin, workload, own))]
}

function planned(arm: Arm<unknown>, step: Step<unknown>): PlannedArm {
  const { name, engine, kind, settings, packages } = arm
  const missing = packages.filter((one) => versionOf(one) === undefined)
  const lack = arm.lacks?.[step.name]
  const absent = lack ?? (missing.length > 0 ? `Not installed: install ${missing.join(' and ')}.` : undefined)
  return {
    reference: { kind: 'own', engine, name },
    name,
    engine,
    kind,
    settings,
    packages,
    ...(absent !== undefined && { absent }),
    ...(lack !== undefined && { lacks: true }),
  }
}

function plannedPlugin(
  { module, name }: Plugin,
  workload: AnyWorkload,
  own: readonly PlannedArm[],
): PlannedArm {
  const isTaken = own.some(({ engine, kind }) => engine === name && kind === 'holdfast')
  return {
    reference: { kind: 'plugin', module },
    // Beside the engine of that name, if it is another version of one of ours.
    name: isTaken ? `holdfast (${fileOf(module)})` : 'holdfast',
    engine: name satisfies EngineName,
    kind: 'holdfast',
    settings: 'as its module sets it',
    packages: [],
    ...(workload.holdfast === undefined && {
      absent: `The workload ${workload.name} runs on the engines that it names only.`,
    }),
  }
}

const fileOf = (module: string): string => decodeURIComponent(module.split('/').at(-1) ?? module)

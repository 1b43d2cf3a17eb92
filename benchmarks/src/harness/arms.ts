import { join } from 'node:path'
import type { Backend } from '@holdfast/core'
import { evaluator, referenceName } from '../backends/evaluator.ts'
import type { Arm, HoldfastEngine } from '../contract/arm.ts'
import type { AnyWorkload } from '../contract/workload.ts'
import { workloads } from '../workloads/index.ts'
import type { ArmReference } from './messages.ts'
import { refusal } from './refusal.ts'

/** Whether this is the address of a module rather than the name of a workload. */
export const isModule = (workload: string): boolean => workload.startsWith('file:')

/** Loads a workload by its name, or by the address of a module whose default export it is. */
export async function loadWorkload(workload: string): Promise<AnyWorkload> {
  if (isModule(workload)) {
    const { default: loaded } = (await import(workload)) as { default?: AnyWorkload }
    if (loaded?.steps === undefined)
      throw await refusal('INVALID_ARGUMENT', `${workload} has no workload as its default export.`)
    return loaded
  }
  const load = workloads[workload]
  if (load === undefined)
    throw await refusal(
      'INVALID_ARGUMENT',
      `There is no workload ${workload}. There are: ${Object.keys(workloads).join(', ')}.`,
    )
  return load()
}

/** The arm that a reference means. */
export async function findArm(workload: AnyWorkload, reference: ArmReference): Promise<Arm<unknown>> {
  switch (reference.kind) {
    case 'own': {
      const { engine, name } = reference
      const arm = workload.arms.find((one) => one.engine === engine && one.name === name)
      if (arm === undefined)
        throw await refusal('INTERNAL', `The workload ${workload.name} has no arm ${name} on ${engine}.`)
      return arm
    }
    case 'plugin':
      return armOn(workload, await loadPlugin(reference.module))
    case 'reference':
      return workload.arms.find(({ name }) => name === referenceName) ?? armOn(workload, evaluator)
  }
}

async function armOn(workload: AnyWorkload, engine: HoldfastEngine): Promise<Arm<unknown>> {
  if (workload.holdfast === undefined)
    throw await refusal(
      'UNSUPPORTED',
      `The workload ${workload.name} does not say how to run on other engines than its own (\`holdfast\`).`,
    )
  return workload.holdfast(engine)
}

type BackendFactory = (options: { readonly path: string }) => Backend

/**
 * A third party's backend: the default export of its module, or the only function that it exports, called with a `path` that
 * is its own and at which nothing is yet.
 */
export async function loadPlugin(module: string): Promise<HoldfastEngine> {
  const factory = factoryOf((await import(module)) as Readonly<Record<string, unknown>>)
  if (factory === undefined)
    throw await refusal(
      'INVALID_ARGUMENT',
      `${module} exports no backend. Give it a default export: ({ path }) => yourBackend({ path }).`,
    )
  return {
    name: 'plugin',
    packages: [],
    settings: 'as its module sets it',
    backend: ({ folder }) => checkBackend(factory({ path: join(folder, 'database') }), module),
  }
}

function factoryOf(module: Readonly<Record<string, unknown>>): BackendFactory | undefined {
  const functions = Object.values(module).filter((value) => typeof value === 'function')
  const found = module['default'] ?? (functions.length === 1 ? functions[0] : undefined)
  return typeof found === 'function' ? (found as BackendFactory) : undefined
}

async function checkBackend(backend: Backend | undefined, module: string): Promise<Backend> {
  if (typeof backend?.name === 'string' && typeof backend.open === 'function') return backend
  throw await refusal(
    'INVALID_ARGUMENT',
    `The function of ${module} gave no backend: it has to return what Holdfast's \`open\` takes.`,
  )
}

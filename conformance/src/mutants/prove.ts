import { ConformanceError, properties, proveProperty } from '@holdfast/core/conformance'
import type { Property, Settings, Subject } from '@holdfast/core/conformance'

/** The law that a defect died of. */
export interface Kill {
  readonly law: string
  /** Which of the law's cases it was, counted from 1. */
  readonly cases: number
  /** What the law had to say. */
  readonly message: string
}

/** Tries laws in turn, the simplest first, until one is broken; undefined when all hold. */
export async function killOf(
  subject: Subject,
  settings: Pick<Settings, 'runs' | 'seed'>,
  laws: readonly Property[] = properties,
): Promise<Kill | undefined> {
  for (const law of laws) {
    try {
      await proveProperty(law, subject, { ...settings, firstOnly: true })
    } catch (error) {
      const cases = error instanceof ConformanceError ? error.cases : 1
      return { law: law.name, cases, message: error instanceof Error ? error.message : String(error) }
    }
  }
  return undefined
}

/** The law of that name. */
export function lawNamed(name: string): Property {
  const law = properties.find((candidate) => candidate.name === name)
  if (law === undefined) throw new Error(`The suite has no law '${name}'.`)
  return law
}

/** All laws, that one first. */
export function lawsFrom(name: string): readonly Property[] {
  const first = lawNamed(name)
  return [first, ...properties.filter((law) => law !== first)]
}

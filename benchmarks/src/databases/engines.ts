import { enginesWith } from '../backends/index.ts'
import type { HoldfastEngine } from '../contract/arm.ts'

/** Our engines, each with the settings that its bare driver has too. */
export const engines: readonly HoldfastEngine[] = enginesWith({ synchronous: 'normal' })

export function engineNamed(name: string): HoldfastEngine {
  const found = engines.find((engine) => engine.name === name)
  if (found === undefined) throw new Error(`There is no engine "${name}".`)
  return found
}

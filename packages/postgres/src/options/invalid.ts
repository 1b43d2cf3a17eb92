import { HoldfastError } from '@holdfast/core/backend'

export function invalid(name: string, problem: string): HoldfastError {
  return new HoldfastError('INVALID_ARGUMENT', `The option "${name.slice(0, 80)}" ${problem}.`, {
    path: name,
  })
}

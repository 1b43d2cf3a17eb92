/** Why a relation cannot be expressed. Thrown inside the compiler, never out of it. */
export class Refusal extends Error {
  override readonly name = 'Refusal'
}

/** Says that the engine cannot do this exactly: core does it then. */
export function refuse(reason: string): never {
  throw new Refusal(reason)
}

import type { LogicalType, TypeName } from '@holdfast/core/backend'
import type { RenderFunction, Scalar } from './dialect.js'
import type { Fragment } from './fragment.js'
import { refuse } from './refusal.js'

/** Renders the cast of a value to a type. */
export type RenderCast = (value: Scalar, to: LogicalType) => Fragment

/** Casts by the type that they are from, and then by the one that they are to. */
export type Casts = Readonly<Partial<Record<TypeName, Readonly<Partial<Record<TypeName, RenderCast>>>>>>

/** The function `cast` of an engine that has these: a type casts to itself besides, all else is refused. */
export function castBy(casts: Casts): RenderFunction {
  return ([value], { options }) => {
    const from = value!.type
    const to = options.type!
    const render = casts[from.name]?.[to.name]
    if (render !== undefined) return render(value!, to)
    return from.name === to.name ? value!.sql : refuse(`no cast of ${from.name} to ${to.name}`)
  }
}

import { didYouMean } from '../schema/nearest.js'
import { describeValue } from '../schema/describe.js'
import { refuseType } from '../schema/logical-type.js'
import type { LogicalType } from '../schema/types.js'
import { guarded } from './guard.js'
import { failure, printPath, within } from './path.js'
import type { Path } from './path.js'

/** Helpers that take data of any form apart; what is of another form than wanted is `INVALID_ARGUMENT` with its path. */

/** A copy that is nothing but data: accessors are run once, proxies and functions are refused. */
export function copyData(json: unknown, what: string, path: Path | undefined): unknown {
  return guarded('INVALID_ARGUMENT', what, path, () => structuredClone(json))
}

/** The properties of an object that has no others than these. */
export function propertiesOf(
  data: unknown,
  known: readonly string[],
  path: Path | undefined,
): Readonly<Record<string, unknown>> {
  if (typeof data !== 'object' || data === null || Object.getPrototypeOf(data) !== Object.prototype) {
    throw invalid(`an object is wanted, not ${describeValue(data)}`, path)
  }
  for (const name of Object.keys(data)) {
    if (!known.includes(name)) {
      throw invalid(
        `there is no property ${JSON.stringify(name.slice(0, 80))}${didYouMean(name, known)}`,
        path,
      )
    }
  }
  // Without the prototype, a property that is absent is undefined, also when it is named as one of every object.
  return { __proto__: null, ...data }
}

/** The property that says what kind of thing an object is. */
export function tagOf<Tag extends string>(
  data: unknown,
  property: string,
  tags: readonly Tag[],
  path: Path | undefined,
): Tag {
  const tag =
    typeof data === 'object' && data !== null && Object.hasOwn(data, property)
      ? (data as Record<string, unknown>)[property]
      : undefined
  return oneOf(tag, tags, within(path, property))
}

export function oneOf<Choice extends string>(
  data: unknown,
  choices: readonly Choice[],
  path: Path | undefined,
): Choice {
  if (typeof data === 'string' && (choices as readonly string[]).includes(data)) return data as Choice
  const hint = typeof data === 'string' ? didYouMean(data, choices) : ''
  throw invalid(`one of ${choices.join(', ')} is wanted, not ${describeValue(data)}${hint}`, path)
}

/** Each item of an array, read. */
export function itemsOf<Item>(
  data: unknown,
  path: Path,
  read: (item: unknown, path: Path) => Item,
): readonly Item[] {
  if (!Array.isArray(data)) throw invalid(`an array is wanted, not ${describeValue(data)}`, path)
  return Object.freeze(
    Array.from(data as readonly unknown[], (item, index) =>
      read(item, within(path.parent, path.property, index)),
    ),
  )
}

export function textOf(data: unknown, path: Path): string {
  if (typeof data === 'string') return data
  throw invalid(`a text is wanted, not ${describeValue(data)}`, path)
}

/** A whole number from `least`. */
export function wholeNumberOf(data: unknown, least: number, path: Path): number {
  if (Number.isSafeInteger(data) && (data as number) >= least) return (data as number) + 0
  throw invalid(`a whole number is wanted, not ${describeValue(data)}`, path)
}

const typeProperties = ['name', 'precision', 'scale', 'unit']

export function typeOf(data: unknown, path: Path): LogicalType {
  const { name, precision, scale, unit } = propertiesOf(data, typeProperties, path)
  const type = {
    name,
    ...(precision === undefined ? {} : { precision }),
    ...(scale === undefined ? {} : { scale }),
    ...(unit === undefined ? {} : { unit }),
  }
  refuseType(type, printPath(path))
  return Object.freeze(type)
}

/** The property as it is read, or nothing where it is absent. */
export function optional<Name extends string, Value>(
  properties: Readonly<Record<string, unknown>>,
  name: Name,
  path: Path | undefined,
  read: (data: unknown, path: Path) => Value,
): { readonly [Property in Name]?: Value } {
  if (properties[name] === undefined) return {}
  return { [name]: read(properties[name], within(path, name)) } as { readonly [Property in Name]?: Value }
}

export function invalid(message: string, path: Path | undefined): Error {
  return failure('INVALID_ARGUMENT', message, path)
}

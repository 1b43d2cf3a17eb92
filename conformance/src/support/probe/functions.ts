import { functions } from '@holdfast/core/backend'
import type { CallOptions, DateUnit, Expression, FunctionName } from '@holdfast/core/backend'
import type { Form } from './trial.ts'
import { column, columnOf, constantOf, listOf, samples, scan } from './values.ts'
import type { Sample } from './values.ts'

const units: Readonly<Record<DateUnit, true>> = {
  year: true,
  quarter: true,
  month: true,
  week: true,
  day: true,
  hour: true,
  minute: true,
  second: true,
  millisecond: true,
  dayOfWeek: true,
  dayOfYear: true,
}

/** What a function may be told besides its arguments, each with how a note calls it. */
function optionsOf(name: FunctionName): readonly (readonly [label: string, CallOptions])[] {
  const taken = functions[name].options ?? []
  const path = taken.includes('path') ? { path: ['a'] } : {}
  if (taken.includes('type')) return samples.map(({ type, label }) => [` as ${label}`, { type, ...path }])
  if (taken.includes('unit')) return (Object.keys(units) as DateUnit[]).map((unit) => [`, ${unit}`, { unit }])
  return [['', path]]
}

/** Every list of so many samples. */
function lists(length: number): readonly (readonly Sample[])[] {
  if (length === 0) return [[]]
  return lists(length - 1).flatMap((list) => samples.map((sample) => [...list, sample]))
}

/** Every call of a function over the types that it accepts: of columns, and of a column beside constants. */
export function functionForms(name: FunctionName): readonly Form[] {
  const definition = functions[name]
  const options = optionsOf(name)
  return lists(definition.arity[0]).flatMap((types) =>
    options.flatMap(([extra, option]) => {
      const accepted = definition.typeOf(
        types.map(({ type }) => ({ type, nullable: true })),
        option,
      )
      if (typeof accepted === 'string') return []
      const label = `${labelOf(types)}${extra}`
      const ways =
        definition.takesList === true ? [ofList(types)] : [ofColumns(types), ...withConstants(types)]
      return ways.map((inputs): Form => {
        const expression: Expression = {
          kind: 'call',
          function: name,
          arguments: inputs,
          ...(Object.keys(option).length === 0 ? {} : { options: option }),
        }
        return {
          label,
          what: `${name} of ${label}`,
          relation: {
            node: 'project',
            input: scan,
            columns: [
              { name: 'id', expression: column('id') },
              { name: 'answer', expression },
            ],
          },
          part: (node) => node['kind'] === 'call' && node['function'] === name,
        }
      })
    }),
  )
}

/** Each type once. */
function labelOf(types: readonly Sample[]): string {
  return [...new Set(types.map(({ label }) => label))].join(' with ')
}

const ofColumns = (types: readonly Sample[]) =>
  types.map((type, index) => columnOf(type, index % 2 === 0 ? 'first' : 'second'))

const ofList = ([value, item]: readonly Sample[]) => [columnOf(value!, 'first'), listOf(item!)]

function withConstants([first, ...rest]: readonly Sample[]): readonly (readonly Expression[])[] {
  return rest.length === 0 ? [] : [[columnOf(first!, 'first'), ...rest.map(constantOf)]]
}

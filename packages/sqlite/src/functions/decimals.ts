import { comparisons, refuse, sql } from '@holdfast/sql'
import type { Dialect, Fragment, RenderFunction, Scalar } from '@holdfast/sql'

type Decimal = Extract<Scalar['type'], { readonly name: 'decimal' }>

export function decimalType({ type }: Pick<Scalar, 'type'>): Decimal {
  return type.name === 'decimal' ? type : refuse(`${type.name} is no decimal`)
}

/**
 * Unscaled decimals brought to one scale. What overflows on the way becomes a floating-point number far beyond every
 * decimal, and so compares and adds up as it must.
 */
export function rescaled(left: Scalar, right: Scalar): readonly [Fragment, Fragment] {
  const difference = decimalType(left).scale - decimalType(right).scale
  return [raised(left.sql, -difference), raised(right.sql, difference)]
}

/** Times 10 to the power, if that is positive. */
export function raised(value: Fragment, power: number): Fragment {
  return power <= 0 ? value : sql`(${value} * ${10n ** BigInt(power)})`
}

function compareByValue(render: RenderFunction): RenderFunction {
  return ([left, right], call) => {
    if (left!.type.name !== 'decimal') return render([left!, right!], call)
    const [a, b] = rescaled(left!, right!)
    return render(
      [
        { ...left!, sql: a },
        { ...right!, sql: b },
      ],
      call,
    )
  }
}

/** Comparisons of values of one type, and of decimals of any two scales. */
export const comparisonsByValue: Dialect['functions'] = Object.fromEntries(
  Object.entries(comparisons).map(([name, render]) => [name, compareByValue(render)]),
)

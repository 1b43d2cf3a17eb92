import { Arbitrary, Value, stream } from 'fast-check'
import type { Random, Stream } from 'fast-check'
import { Dice } from './dice.js'

/**
 * A fast-check arbitrary from two plain functions: one makes a value from dice, the other lists smaller values to try when
 * it fails, best first. Values depend on each other too much (a query on its tables) for the built-in shrinkers.
 */
export function generated<T>(make: (dice: Dice) => T, reduce: (value: T) => Iterable<T>): Arbitrary<T> {
  return new Generated(make, reduce)
}

class Generated<T> extends Arbitrary<T> {
  readonly #make: (dice: Dice) => T
  readonly #reduce: (value: T) => Iterable<T>

  constructor(make: (dice: Dice) => T, reduce: (value: T) => Iterable<T>) {
    super()
    this.#make = make
    this.#reduce = reduce
  }

  override generate(source: Random): Value<T> {
    return new Value(this.#make(new Dice(source)), undefined)
  }

  override canShrinkWithoutContext(_value: unknown): _value is T {
    return true
  }

  override shrink(value: T): Stream<Value<T>> {
    return stream(wrapped(this.#reduce(value)))
  }
}

function* wrapped<T>(values: Iterable<T>): IterableIterator<Value<T>> {
  for (const value of values) yield new Value(value, undefined)
}

import type { FunctionName } from '../types.js'
import { castFunction } from './cast.js'
import { comparison } from './comparison.js'
import { conditional } from './conditional.js'
import type { ScalarFunction } from './function.js'
import { json } from './json.js'
import { logic } from './logic.js'
import { numbers } from './numbers.js'
import { text } from './text.js'
import { time } from './time.js'

/** Every scalar function: its type rule and its reference implementation, which is its meaning. */
export const functions: Readonly<Record<FunctionName, ScalarFunction>> = {
  ...comparison,
  ...logic,
  ...text,
  ...numbers,
  ...conditional,
  cast: castFunction,
  ...time,
  ...json,
}

export type { Evaluate, Implementation, LazyFunction, ScalarFunction, ValueFunction } from './function.js'

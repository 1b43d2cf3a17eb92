import type { CallOptions, Expression, FunctionName } from '../../../expression/types.js'

/** A call as data. */
export function call(name: FunctionName, inputs: readonly Expression[], options?: CallOptions): Expression {
  return { kind: 'call', function: name, arguments: inputs, ...(options === undefined ? {} : { options }) }
}

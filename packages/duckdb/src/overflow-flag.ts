import { BOOLEAN, DuckDBScalarFunction } from '@duckdb/node-api'
import type { DuckDBConnection } from '@duckdb/node-api'
import { overflowFunction } from './functions/overflow.js'

/** Counts the aggregates that did not fit their type. */
export interface OverflowFlag {
  readonly count: number
}

/**
 * Makes the function known that statements call where an aggregate does not fit. It belongs to the whole instance. While two
 * statements run side by side it cannot be told which of them has called it: both are then taken for failed, and core
 * decides.
 */
export function registerOverflow(connection: DuckDBConnection): OverflowFlag {
  const flag = { count: 0 }
  const scalarFunction = DuckDBScalarFunction.create({
    name: overflowFunction,
    returnType: BOOLEAN,
    // Else it would be called while the statement is planned.
    volatile: true,
    mainFunction: (_info, input, output) => {
      flag.count++
      for (let row = 0; row < input.rowCount; row++) output.setItem(row, null)
      output.flush()
    },
  })
  connection.registerScalarFunction(scalarFunction)
  return flag
}

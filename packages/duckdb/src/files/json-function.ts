import { BOOLEAN, DuckDBScalarFunction, VARCHAR } from '@duckdb/node-api'
import type { DuckDBConnection, DuckDBType, DuckDBValue } from '@duckdb/node-api'
import { isHoldfastError, toStored } from '@holdfast/core/backend'

/** A function of our own: JSON text in canonical form (TYPE-9), null for what is none. */
export const canonicalJson = 'holdfast_json'

/** Another: whether JSON text is too large or too deep to be one of our values. */
export const exceedsLimits = 'holdfast_json_exceeds_limits'

/** Makes the functions known, to the whole instance. Core's own code, as DuckDB has no canonical form of JSON. */
export function registerJson(connection: DuckDBConnection): void {
  connection.registerScalarFunction(scalarFunction(canonicalJson, VARCHAR, canonical))
  connection.registerScalarFunction(scalarFunction(exceedsLimits, BOOLEAN, isTooLarge))
}

function scalarFunction(
  name: string,
  returnType: DuckDBType,
  compute: (text: string | null) => DuckDBValue,
): DuckDBScalarFunction {
  return DuckDBScalarFunction.create({
    name,
    returnType,
    parameterTypes: [VARCHAR],
    mainFunction: (_info, input, output) => {
      const texts = input.getColumnVector(0)
      for (let row = 0; row < input.rowCount; row++) {
        output.setItem(row, compute(texts.getItem(row) as string | null))
      }
      output.flush()
    },
  })
}

function canonical(text: string | null): string | null {
  if (text === null) return null
  try {
    return storedJson(text)
  } catch {
    return null
  }
}

function isTooLarge(text: string | null): boolean {
  if (text === null) return false
  try {
    storedJson(text)
    return false
  } catch (error) {
    return isHoldfastError(error) && error.code === 'LIMIT_EXCEEDED'
  }
}

function storedJson(text: string): string {
  return toStored({ name: 'json' }, JSON.parse(text), 'value') as string
}

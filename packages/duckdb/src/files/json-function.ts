import { DuckDBScalarFunction, VARCHAR } from '@duckdb/node-api'
import type { DuckDBConnection } from '@duckdb/node-api'
import { toStored } from '@holdfast/core/backend'

/** A function of our own: JSON text in canonical form (TYPE-9), null for what is none. */
export const canonicalJson = 'holdfast_json'

/** Makes the function known, to the whole instance. Core's own code, as DuckDB has no canonical form of JSON. */
export function registerJson(connection: DuckDBConnection): void {
  connection.registerScalarFunction(
    DuckDBScalarFunction.create({
      name: canonicalJson,
      returnType: VARCHAR,
      parameterTypes: [VARCHAR],
      mainFunction: (_info, input, output) => {
        const texts = input.getColumnVector(0)
        for (let row = 0; row < input.rowCount; row++) {
          output.setItem(row, canonical(texts.getItem(row) as string | null))
        }
        output.flush()
      },
    }),
  )
}

function canonical(text: string | null): string | null {
  if (text === null) return null
  try {
    return toStored({ name: 'json' }, JSON.parse(text), 'value') as string
  } catch {
    return null
  }
}

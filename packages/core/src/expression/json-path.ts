import type { ColumnExpression } from './builder.js'
import { Unfinished } from './unfinished.js'
import type { JsonReadName, PlainValues } from './operands.js'

/** A place in a JSON document, to be read as a type. */
export class JsonPath extends Unfinished {
  readonly #read: (type: JsonReadName) => ColumnExpression

  constructor(read: (type: JsonReadName) => ColumnExpression) {
    super(".as(type), as in path('price').as('double')")
    this.#read = read
  }

  /** The value at the place if it is of the type, else null (JSON-1). */
  as<Name extends JsonReadName>(type: Name): ColumnExpression<PlainValues[Name] | null, Name> {
    return this.#read(type) as ColumnExpression<PlainValues[Name] | null, Name>
  }
}

import { memory } from '@holdfast/memory'
import type { Engine } from './engine.ts'
import type { Sale } from './sales.ts'

export const engine: Engine = {
  prepare: async () => ({ place: '', remove: async () => undefined }),
  backend: () => memory(),
  async loadByHand(_place, rows) {
    const columns = new Columns()
    for (const row of rows) columns.add(row)
    return columns
  },
}

/** Typed arrays, a dictionary for the column of few values, and the position of each id. */
class Columns implements Iterable<Sale> {
  #count = 0
  readonly #positions = new Map<number, number>()
  readonly #ids = new Growing(Float64Array)
  readonly #times = new Growing(Float64Array)
  readonly #categories = new Growing(Uint16Array)
  readonly #category: string[] = []
  readonly #codes = new Map<string, number>()
  readonly #products: string[] = []
  readonly #quantities = new Growing(Float64Array)
  readonly #revenues = new Growing(Float64Array)
  readonly #paid = new Growing(Uint8Array)
  readonly #notes: (string | null)[] = []

  add(row: Sale): void {
    const position = this.#count++
    if (this.#positions.has(row.id)) throw new Error(`The id ${row.id} is there already.`)
    this.#positions.set(row.id, position)
    this.#ids.put(position, row.id)
    this.#times.put(position, row.at.getTime())
    this.#categories.put(position, this.#codeOf(row.category))
    this.#products.push(row.product)
    this.#quantities.put(position, row.quantity)
    this.#revenues.put(position, row.revenue)
    this.#paid.put(position, row.paid ? 1 : 0)
    this.#notes.push(row.note)
  }

  *[Symbol.iterator](): Generator<Sale, void, void> {
    for (let position = 0; position < this.#count; position++) {
      yield {
        id: this.#ids.at(position),
        at: new Date(this.#times.at(position)),
        category: this.#category[this.#categories.at(position)]!,
        product: this.#products[position]!,
        quantity: this.#quantities.at(position),
        revenue: this.#revenues.at(position),
        paid: this.#paid.at(position) === 1,
        note: this.#notes[position]!,
      }
    }
  }

  #codeOf(category: string): number {
    let code = this.#codes.get(category)
    if (code === undefined) {
      code = this.#category.push(category) - 1
      this.#codes.set(category, code)
    }
    return code
  }
}

type Items = Float64Array | Uint16Array | Uint8Array

/** A typed array that doubles when it is full. */
class Growing<View extends Items> {
  #items: View
  readonly #View: new (length: number) => View

  constructor(View: new (length: number) => View) {
    this.#View = View
    this.#items = new View(1024)
  }

  put(position: number, value: number): void {
    if (position === this.#items.length) {
      const larger = new this.#View(position * 2)
      larger.set(this.#items)
      this.#items = larger
    }
    this.#items[position] = value
  }

  at(position: number): number {
    return this.#items[position]!
  }
}

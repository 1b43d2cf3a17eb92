import type { ParsedSale } from './sales-csv.ts'
import type { Sale } from './sales.ts'

/** Sales by hand: typed arrays, a dictionary for the column of few values, and the position of each id. */
export class SalesColumns {
  #count = 0
  readonly #positions = new Map<number, number>()
  readonly #ids = new Growing(Float64Array)
  readonly #customers = new Growing(Float64Array)
  readonly #codes = new Growing(Uint16Array)
  readonly #codeOf = new Map<string, number>()
  readonly #categories: string[] = []
  readonly #quantities = new Growing(Float64Array)
  readonly #revenues = new Growing(Float64Array)
  readonly #paid = new Growing(Uint8Array)
  readonly #times = new Growing(Float64Array)
  readonly #notes: (string | null)[] = []

  get count(): number {
    return this.#count
  }

  add({ id, customer, category, quantity, revenue, paid, at, note }: Sale | ParsedSale): void {
    if (this.#positions.has(id)) throw new Error(`The id ${id} is there already.`)
    const position = this.#count++
    this.#positions.set(id, position)
    this.#ids.put(position, id)
    this.#customers.put(position, customer)
    this.#codes.put(position, this.#code(category))
    this.#quantities.put(position, quantity)
    this.#revenues.put(position, revenue)
    this.#paid.put(position, paid ? 1 : 0)
    this.#times.put(position, +at)
    this.#notes.push(note)
  }

  get(id: number): Sale | undefined {
    const position = this.#positions.get(id)
    return position === undefined ? undefined : this.at(position)
  }

  /** The sale that was added after so many others. */
  at(position: number): Sale {
    return {
      id: this.#ids.items[position]!,
      customer: this.#customers.items[position]!,
      category: this.#categories[this.#codes.items[position]!]!,
      quantity: this.#quantities.items[position]!,
      revenue: this.#revenues.items[position]!,
      paid: this.#paid.items[position] === 1,
      at: new Date(this.#times.items[position]!),
      note: this.#notes[position]!,
    }
  }

  *all(): Generator<Sale, void, void> {
    for (let position = 0; position < this.#count; position++) yield this.at(position)
  }

  customersBelow(end: number): Sale[] {
    const found: Sale[] = []
    const customers = this.#customers.items
    for (let position = 0; position < this.#count; position++)
      if (customers[position]! < end) found.push(this.at(position))
    return found
  }

  groupByCategory(): { category: string; orders: number; revenue: number; mean: number }[] {
    const orders = new Float64Array(this.#categories.length)
    const revenue = new Float64Array(this.#categories.length)
    const codes = this.#codes.items
    const revenues = this.#revenues.items
    for (let position = 0; position < this.#count; position++) {
      const code = codes[position]!
      orders[code]! += 1
      revenue[code]! += revenues[position]!
    }
    return this.#categories
      .map((category, code) => ({
        category,
        orders: orders[code]!,
        revenue: revenue[code]!,
        mean: revenue[code]! / orders[code]!,
      }))
      .toSorted((left, right) => (left.category < right.category ? -1 : 1))
  }

  /** How many sales of each category have a note. */
  notesByCategory(): Map<string, number> {
    const counts = new Float64Array(this.#categories.length)
    const codes = this.#codes.items
    for (let position = 0; position < this.#count; position++)
      if (this.#notes[position] !== null) counts[codes[position]!]! += 1
    return new Map(this.#categories.map((category, code) => [category, counts[code]!]))
  }

  /** For each group of customers, in order of their names. */
  groupBy(groupOf: (customer: number) => string): { name: string; orders: number; revenue: number }[] {
    const groups = new Map<string, { name: string; orders: number; revenue: number }>()
    for (let position = 0; position < this.#count; position++) {
      const name = groupOf(this.#customers.items[position]!)
      let group = groups.get(name)
      if (group === undefined) groups.set(name, (group = { name, orders: 0, revenue: 0 }))
      group.orders += 1
      group.revenue += this.#revenues.items[position]!
    }
    return [...groups.values()].toSorted((left, right) => (left.name < right.name ? -1 : 1))
  }

  /** The sales of the greatest revenue; of equal ones the first ones. */
  top(length: number): Sale[] {
    const best: number[] = []
    const revenues = this.#revenues.items
    for (let position = 0; position < this.#count; position++) {
      const revenue = revenues[position]!
      if (best.length === length && revenue <= revenues[best[length - 1]!]!) continue
      let place = best.length
      while (place > 0 && revenues[best[place - 1]!]! < revenue) place -= 1
      best.splice(place, 0, position)
      if (best.length > length) best.pop()
    }
    return best.map((position) => this.at(position))
  }

  /** Removes all that was added after so many. */
  keep(count: number): void {
    for (let position = count; position < this.#count; position++)
      this.#positions.delete(this.#ids.items[position]!)
    this.#count = count
    this.#notes.length = count
  }

  #code(category: string): number {
    let code = this.#codeOf.get(category)
    if (code === undefined) {
      code = this.#categories.push(category) - 1
      this.#codeOf.set(category, code)
    }
    return code
  }
}

/** A typed array that doubles when it is full. */
class Growing<View extends Float64Array | Uint16Array | Uint8Array> {
  items: View
  readonly #View: new (length: number) => View

  constructor(View: new (length: number) => View) {
    this.#View = View
    this.items = new View(1024)
  }

  put(position: number, value: number): void {
    if (position === this.items.length) {
      const larger = new this.#View(position * 2)
      larger.set(this.items)
      this.items = larger
    }
    this.items[position] = value
  }
}

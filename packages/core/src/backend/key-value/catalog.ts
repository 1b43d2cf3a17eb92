import { Buffer } from 'node:buffer'
import { definitionFromJson, definitionToJson } from '../../schema/json.js'
import type { TableDefinition } from '../../schema/types.js'
import { HoldfastError } from '../errors.js'
import { allOf, everything, format, formatKey, keyOfTable, tableIdOf, tableKey } from './layout.js'
import type { Entry, KeyRange, KeyValueStore } from './store.js'
import { KeyValueTable } from './table.js'

/** The tables of a store, which it keeps itself beside their rows. */
export class Catalog {
  readonly #store: KeyValueStore
  readonly #lastKeys = new Map<string, number | bigint>()
  #tables: ReadonlyMap<string, KeyValueTable> = new Map()
  #tablesEver = 0

  constructor(store: KeyValueStore) {
    this.#store = store
  }

  /**
   * Reads what is there, and removes what is left of tables that were being dropped when the process ended.
   *
   * @throws HoldfastError `UNSUPPORTED` for a layout of a later version; `INVALID_DATA` for a store that another program filled
   */
  async load(): Promise<void> {
    const found = await this.#store.get(formatKey)
    if (found === undefined) return this.#requireEmpty()
    const { format: version, tables } = json(found) as { format: number; tables: number }
    if (version !== format) {
      const message = `The store was written by another version of @holdfast/core: its layout is ${version}, this is ${format}.`
      throw new HoldfastError('UNSUPPORTED', message)
    }
    this.#tablesEver = tables
    const loaded = (await entriesOf(this.#store, allOf('table'))).map(([, value]) => tableFrom(value))
    this.#tables = new Map(loaded.map((table) => [table.definition.name, table]))
    const byId = new Map(loaded.map((table) => [table.id, table.definition]))
    for (const [key, value] of await entriesOf(this.#store, allOf('lastKey'))) {
      const definition = byId.get(tableIdOf(key))
      if (definition !== undefined) this.noteLastKey(definition, lastKeyFrom(definition, value))
    }
    for (const [key] of await entriesOf(this.#store, allOf('dropped'))) await this.#remove(tableIdOf(key))
  }

  /** As they are now: the map never changes. */
  get tables(): ReadonlyMap<string, KeyValueTable> {
    return this.#tables
  }

  lastKey({ name }: TableDefinition): number | bigint | undefined {
    return this.#lastKeys.get(name)
  }

  noteLastKey({ name }: TableDefinition, key: number | bigint): void {
    this.#lastKeys.set(name, key)
  }

  async create(definition: TableDefinition): Promise<void> {
    const { name } = definition
    if (this.#tables.has(name))
      throw new HoldfastError('TABLE_EXISTS', `There is a table "${name}" already.`, { table: name })
    const id = this.#tablesEver + 1
    const state = { format, tables: id }
    await this.#store.write({
      puts: [[formatKey, Buffer.from(JSON.stringify(state))], entryOf(definition, id)],
      deletes: [],
    })
    this.#tablesEver = id
    this.#put(new KeyValueTable(definition, id))
  }

  /** The table is gone at once and for good; its rows are removed list by list, so that one of any size can go. */
  async drop(name: string): Promise<void> {
    const { id } = tableIn(this.#tables, name)
    await this.#store.write({
      puts: [[keyOfTable('dropped', id), new Uint8Array(0)]],
      deletes: [tableKey(name)],
    })
    this.#tables = new Map([...this.#tables].filter(([other]) => other !== name))
    this.#lastKeys.delete(name)
    await this.#remove(id)
  }

  /** Gives a table another definition, together with entries of the store. */
  async change(
    definition: TableDefinition,
    entries: (changed: KeyValueTable) => Promise<readonly Entry[]>,
  ): Promise<void> {
    const { id } = tableIn(this.#tables, definition.name)
    const changed = new KeyValueTable(definition, id)
    await this.#store.write({ puts: [...(await entries(changed)), entryOf(definition, id)], deletes: [] })
    this.#put(changed)
  }

  #put(table: KeyValueTable): void {
    this.#tables = new Map(this.#tables).set(table.definition.name, table)
  }

  async #remove(id: number): Promise<void> {
    for (const range of KeyValueTable.belongings(id)) {
      for await (const entries of this.#store.scan(range))
        await this.#store.write({ puts: [], deletes: entries.map(([key]) => key) })
    }
    await this.#store.write({ puts: [], deletes: [keyOfTable('dropped', id)] })
  }

  async #requireEmpty(): Promise<void> {
    for await (const entries of this.#store.scan(everything)) {
      if (entries.length === 0) continue
      const message =
        'The store holds entries that are not of Holdfast. Give it a store, or a part of one, of its own.'
      throw new HoldfastError('INVALID_DATA', message)
    }
  }
}

/** @throws HoldfastError `UNKNOWN_TABLE` */
export function tableIn(tables: ReadonlyMap<string, KeyValueTable>, name: string): KeyValueTable {
  const table = tables.get(name)
  if (table !== undefined) return table
  throw new HoldfastError('UNKNOWN_TABLE', `There is no table "${name}".`, { table: name })
}

function entryOf(definition: TableDefinition, id: number): Entry {
  const value = JSON.stringify({ id, definition: definitionToJson(definition) })
  return [tableKey(definition.name), Buffer.from(value)]
}

function tableFrom(value: Uint8Array): KeyValueTable {
  const { id, definition } = json(value) as { id: number; definition: unknown }
  return new KeyValueTable(definitionFromJson(definition), id)
}

function lastKeyFrom({ columns }: TableDefinition, value: Uint8Array): number | bigint {
  const digits = BigInt(Buffer.from(value).toString())
  const generated = columns.find((column) => column.generated !== undefined)
  return generated?.type.name === 'bigint' ? digits : Number(digits)
}

function json(value: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(value).toString())
  } catch (cause) {
    throw new HoldfastError('CORRUPT', 'The catalogue of the store is damaged: it cannot be read.', { cause })
  }
}

async function entriesOf(store: KeyValueStore, range: KeyRange): Promise<Entry[]> {
  const found: Entry[] = []
  for await (const entries of store.scan(range)) found.push(...entries)
  return found
}

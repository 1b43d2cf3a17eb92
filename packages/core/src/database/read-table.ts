import { HoldfastError } from '../backend/errors.js'
import { didYouMean } from '../schema/nearest.js'
import type { TableDefinition } from '../schema/types.js'
import { validateTableDefinition } from '../schema/validate.js'
import { reading } from './faults.js'
import { refuse } from './options.js'

const acceptable = new WeakSet<TableDefinition>()

/** The definition of a table that the program declares, checked once. */
export function readTable(given: unknown): TableDefinition {
  if (typeof given !== 'object' || given === null) throw refuse('table', 'a table made by table()', given)
  return reading('table', () => {
    const { definition } = given as { readonly definition?: TableDefinition }
    if (definition !== undefined && acceptable.has(definition)) return definition
    if (typeof definition !== 'object' || definition === null)
      throw refuse('table', 'a table made by table()', given)
    validateTableDefinition(definition)
    acceptable.add(definition)
    return definition
  })
}

export function unknownTable(name: string, tables: readonly TableDefinition[]): HoldfastError {
  const hint = didYouMean(
    name,
    tables.map((table) => table.name),
  )
  return new HoldfastError(
    'UNKNOWN_TABLE',
    `There is no table ${JSON.stringify(name.slice(0, 80).toWellFormed())}${hint}`,
    {
      table: name,
    },
  )
}

export function tableExists(name: string): HoldfastError {
  return new HoldfastError('TABLE_EXISTS', `There is a table "${name}" already.`, { table: name })
}

import { columnsOf, relationFromJson } from '../relation/index.js'
import type { Relation } from '../relation/index.js'
import { storedToJson } from '../schema/stored-json.js'
import { HoldfastError } from '../backend/errors.js'
import { reading } from './faults.js'

/** Relations that queries were asked for: they are what they are. */
const own = new WeakSet<object>()

/** Remembers a relation that has been checked and cannot change. */
export function ownRelation(relation: Relation): Relation {
  columnsOf(relation)
  own.add(relation)
  return relation
}

/**
 * A relation from data, JSON data or JSON text, checked whole.
 *
 * @param database what its leaves are made to name if they all name one database
 * @throws HoldfastError `INVALID_ARGUMENT`, `TYPE_MISMATCH`, `UNKNOWN_COLUMN`, `LIMIT_EXCEEDED`
 */
export function readRelation(given: unknown, database: string): Relation {
  const relation =
    typeof given === 'object' && given !== null && own.has(given) ? (given as Relation) : read(given)
  const names = databasesOf(relation)
  if (names.size > 1) {
    const list = [...names].map((name) => `"${name}"`).join(', ')
    throw new HoldfastError(
      'INVALID_ARGUMENT',
      `The query reads several databases (${list}): build it by joining queries of their handles.`,
    )
  }
  return names.has(database) ? relation : renamed(relation, database)
}

/** Data may hold values that JSON cannot: they are written as JSON has them, so that one reader checks both. */
function read(given: unknown): Relation {
  const data = reading('query', () => {
    const text =
      typeof given === 'string' ? given : JSON.stringify(given, (_, value: unknown) => plain(value))
    return JSON.parse(text ?? 'null') as unknown
  })
  return relationFromJson(data)
}

function plain(value: unknown): unknown {
  return typeof value === 'bigint' || value instanceof Uint8Array ? storedToJson(value) : value
}

function databasesOf(relation: Relation): Set<string> {
  if (relation.node === 'scan') return new Set([relation.database])
  if (relation.node !== 'join') return databasesOf(relation.input)
  return new Set([...databasesOf(relation.left), ...databasesOf(relation.right)])
}

function renamed(relation: Relation, database: string): Relation {
  if (relation.node === 'scan') return { ...relation, database }
  if (relation.node !== 'join') return { ...relation, input: renamed(relation.input, database) }
  return { ...relation, left: renamed(relation.left, database), right: renamed(relation.right, database) }
}

import type { ColumnType, Relation } from '@holdfast/core/backend'
import { columnsOf } from '@holdfast/core/backend'
import type { Block } from './block.js'
import type { Dialect } from './dialect.js'
import { compileAggregate } from './nodes/aggregate.js'
import { compileJoin } from './nodes/join.js'
import {
  compileDistinct,
  compileFilter,
  compileLimit,
  compileProject,
  compileScan,
  compileSort,
} from './nodes/rows.js'
import { compileWindow } from './nodes/window.js'
import { Refusal, refuse } from './refusal.js'
import { Writer } from './writer.js'
import type { Statement } from './writer.js'

/** A relation as one statement. */
export interface Query extends Statement {
  /** The columns of the result in their order. */
  readonly columns: readonly (ColumnType & { readonly name: string })[]
}

/** Blocks by relation: a relation that is asked about bottom-up is compiled one node at a time. */
const compiled = new WeakMap<Dialect, WeakMap<Relation, Block | Refusal>>()

/**
 * The relation as SQL with exactly core's meaning, its order included; undefined if the dialect cannot express it, which
 * is whenever `takes` says so.
 */
export function compile(relation: Relation, dialect: Dialect): Query | undefined {
  const block = blockOf(relation, dialect)
  if (block instanceof Refusal) return undefined
  const names = [...block.columns.keys()]
  return {
    ...new Writer(dialect).select(block, names).finish(),
    columns: [...columnsOf(relation)].map(([name, column]) => ({ name, ...column })),
  }
}

/** Whether `compile` has an answer. Needs one step where the inputs were asked about before. */
export function takes(relation: Relation, dialect: Dialect): 'exact' | 'no' {
  return blockOf(relation, dialect) instanceof Refusal ? 'no' : 'exact'
}

/** Why `takes` says no; undefined when it does not. For people. */
export function whyNot(relation: Relation, dialect: Dialect): string | undefined {
  const block = blockOf(relation, dialect)
  return block instanceof Refusal ? block.message : undefined
}

export function blockOf(relation: Relation, dialect: Dialect): Block | Refusal {
  let blocks = compiled.get(dialect)
  if (blocks === undefined) compiled.set(dialect, (blocks = new WeakMap()))
  let block = blocks.get(relation)
  if (block === undefined) blocks.set(relation, (block = attempt(relation, dialect)))
  return block
}

function attempt(relation: Relation, dialect: Dialect): Block | Refusal {
  try {
    const block = compileNode(relation, dialect)
    if (sizeOf(block) > dialect.limits.statementSize) refuse('the SQL would be too long')
    return block
  } catch (error) {
    if (error instanceof Refusal) return error
    throw error
  }
}

function compileNode(relation: Relation, dialect: Dialect): Block {
  const input = (node: Relation): Block => {
    const block = blockOf(node, dialect)
    if (block instanceof Refusal) throw block
    return block
  }
  switch (relation.node) {
    case 'scan':
      return compileScan(relation, dialect)
    case 'filter':
      return compileFilter(relation, input(relation.input), dialect)
    case 'project':
      return compileProject(relation, input(relation.input), dialect)
    case 'sort':
      return compileSort(relation, input(relation.input), dialect)
    case 'limit':
      return compileLimit(relation, input(relation.input), dialect)
    case 'distinct':
      return compileDistinct(relation, input(relation.input))
    case 'aggregate':
      return compileAggregate(relation, input(relation.input), dialect)
    case 'window':
      return compileWindow(relation, input(relation.input), dialect)
    case 'join':
      return compileJoin(relation, input(relation.left), input(relation.right), dialect)
  }
}

function sizeOf(block: Block): number {
  let size = 0
  for (const { sql } of block.columns.values()) size += sql.size
  for (const { size: length } of [...block.where, ...block.having, ...(block.groups ?? [])]) size += length
  return size + sizeOfFrom(block.from)
}

function sizeOfFrom(from: Block['from']): number {
  if (from.kind === 'table') return 0
  return from.kind === 'subquery'
    ? sizeOf(from.block)
    : sizeOfFrom(from.left) + sizeOfFrom(from.right) + from.on.size
}

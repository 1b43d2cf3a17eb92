import { describePlan, engineParts } from '../plan/index.js'
import type { NodeDescription, PlanDescription, Prepared } from '../plan/index.js'
import type { Call } from './diagnostics.js'
import type { QueryRunner } from './query-run.js'
import type { EngineExplanation, Explanation } from './query-types.js'

/** What the engines would run of a query, in their own words too, and what core would do. */
export async function explain(runner: QueryRunner, prepared: Prepared, call: Call): Promise<Explanation> {
  const { plan, parameters } = prepared
  call.plan = plan
  const engines: EngineExplanation[] = []
  for (const { database, relation } of engineParts(plan)) {
    const { engine } = runner.session(database)
    const words = await engine.explain?.(relation, parameters)
    engines.push({ database, relation, ...words })
  }
  const { nodes, nodesTaken } = plan
  return { text: print(describePlan(plan), engines).join('\n'), engines, nodes, nodesTaken }
}

/** The tree, top node first, each line two spaces further in than the node that it feeds. */
function print(part: PlanDescription, engines: readonly EngineExplanation[]): string[] {
  const sql = engines.map((engine) => engine.sql)
  let position = 0
  const lines = (current: PlanDescription): string[] => {
    switch (current.by) {
      case 'scan':
        return [
          `scan of ${current.database}.${current.table}${current.keys ? ' by key' : ''} (${current.columns.join(', ')})`,
        ]
      case 'core':
        return [`core: ${printNode(current.node)}`, ...current.inputs.flatMap(lines).map(indent)]
      case 'engine': {
        const text = sql[position++]
        const taken = [`engine ${current.database}:`, ...printTree(current.relation).map(indent)]
        return text === undefined ? taken : [...taken, indent(`sql: ${text}`)]
      }
    }
  }
  return lines(part)
}

function printTree(node: NodeDescription): string[] {
  return [printNode(node), ...(node.inputs ?? []).flatMap(printTree).map(indent)]
}

/** A node with what it says of itself. */
function printNode({ node, inputs: _inputs, ...details }: NodeDescription): string {
  const words = Object.entries(details).map(([name, value]) => `${name} ${printDetail(value)}`)
  return [node, ...words].join(' ')
}

function printDetail(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(printDetail).join(', ')}]`
  if (typeof value !== 'object' || value === null) return String(value)
  const detail = value as Readonly<Record<string, unknown>>
  switch (detail['kind']) {
    case 'column':
      return String(detail['name'])
    case 'literal':
      return String(detail['value'])
    case 'parameter':
      return `?${String(detail['index'])}`
    case 'call':
      return `${String(detail['function'])}(${(detail['arguments'] as unknown[]).map(printDetail).join(', ')})`
    default:
      return Object.entries(detail)
        .map(([name, part]) => `${name} ${printDetail(part)}`)
        .join(' ')
  }
}

const indent = (line: string) => `  ${line}`

import { versionMismatch } from '@holdfast/core/backend'
import type { PatchChange } from '@holdfast/core/backend'
import type { Unit } from '../unit.js'
import { ExchangeError } from '../wire/exchange-error.js'
import type { Step } from '../wire/step.js'
import type { Outcome } from './insert.js'
import { columnArrays, encodedKey, keyArrays, keyCondition, unnested } from './layout.js'
import type { TableLayout } from './layout.js'

type Patch = PatchChange['patches'][number]

/** Statements of one round trip. */
const stepsAtOnce = 200

/** Patches that follow each other and are made in one way. */
interface Group {
  /** By one statement: they change the same columns of different rows. */
  readonly together: boolean
  readonly patches: Patch[]
}

/** Changes rows in the order of the patches. Calls back with the patch that was refused, as far as that is known. */
export async function patchRows(
  unit: Unit,
  layout: TableLayout,
  patches: readonly Patch[],
  last: boolean,
  refused: (patch: Patch | undefined) => void,
): Promise<Outcome> {
  const [only, second] = patches
  if (only !== undefined && second === undefined) {
    refused(only)
    return patchOne(unit, layout, only, last)
  }
  let count = 0
  const groups = groupsOf(layout, patches)
  for (const group of groups) {
    const isLast = last && group === groups.at(-1)
    count += group.together
      ? await patchTogether(unit, layout, group.patches, isLast)
      : await patchEach(unit, layout, group.patches, isLast, refused)
  }
  return { count }
}

async function patchOne(unit: Unit, layout: TableLayout, patch: Patch, last: boolean): Promise<Outcome> {
  // Nothing may be final before it is known that it was of the expected version.
  const isSure = unit.isNew || patch.version === undefined
  const [completion] = await unit.run([patchStep(layout, patch)], last && isSure)
  if (completion!.count === 0 && patch.version !== undefined) throw versionMismatch(layout.table, patch.key)
  return { count: completion!.count }
}

function groupsOf(layout: TableLayout, patches: readonly Patch[]): readonly Group[] {
  const groups: Group[] = []
  let shape = ''
  let seen = new Set<unknown>()
  for (const patch of patches) {
    const names = Object.keys(patch.set)
    const together = patch.version === undefined && names.length > 0 && !isUnique(layout, names)
    const own = together ? names.join() : ''
    const id = layout.identityOf(patch.key)
    if (groups.length === 0 || own !== shape || (together && seen.has(id))) {
      groups.push({ together, patches: [] })
      seen = new Set()
    }
    shape = own
    seen.add(id)
    groups.at(-1)!.patches.push(patch)
  }
  return groups
}

/** In a unique index it matters in which order rows change. */
function isUnique({ table, own }: TableLayout, names: readonly string[]): boolean {
  return (
    !own ||
    table.indexes.some(({ unique, columns }) => unique && columns.some((column) => names.includes(column)))
  )
}

async function patchTogether(
  unit: Unit,
  layout: TableLayout,
  group: readonly Patch[],
  last: boolean,
): Promise<number> {
  const columns = Object.keys(group[0]!.set).map((name) => layout.column(name))
  const all = [...layout.key, ...columns]
  const aliases = all.map((_, index) => `c${index}`)
  const assignments = columns.map(({ quoted }, index) => `${quoted} = v.c${layout.key.length + index}`)
  const same = layout.key.map(({ quoted }, index) => `t.${quoted} = v.c${index}`).join(' AND ')
  const step: Step = {
    text: `UPDATE ${layout.name} AS t SET ${withVersion(layout, assignments, 't.').join(', ')} FROM ${unnested(all)} AS v(${aliases.join(', ')}) WHERE ${same}`,
    values: [
      ...keyArrays(
        layout,
        group.map(({ key }) => key),
      ),
      ...columnArrays(
        columns,
        group.map(({ set }) => set),
      ),
    ],
    prepared: true,
  }
  const [completion] = await unit.run([step], last)
  return completion!.count
}

async function patchEach(
  unit: Unit,
  layout: TableLayout,
  group: readonly Patch[],
  last: boolean,
  refused: (patch: Patch | undefined) => void,
): Promise<number> {
  let count = 0
  for (let start = 0; start < group.length; start += stepsAtOnce) {
    const chunk = group.slice(start, start + stepsAtOnce)
    // Nothing may be final before it is known that all were of the expected version.
    const isSure = group.every(({ version }) => version === undefined)
    const isLast = last && isSure && start + stepsAtOnce >= group.length
    const completions = await runTelling(
      unit,
      chunk.map((patch) => patchStep(layout, patch)),
      isLast,
      (index) => refused(chunk[index]),
    )
    chunk.forEach(({ key, version }, index) => {
      if (completions[index]!.count === 0 && version !== undefined) throw versionMismatch(layout.table, key)
      count += completions[index]!.count
    })
  }
  return count
}

async function runTelling(
  unit: Unit,
  steps: readonly Step[],
  last: boolean,
  failedAt: (index: number) => void,
) {
  try {
    return await unit.run(steps, last)
  } catch (error) {
    if (error instanceof ExchangeError) failedAt(error.completed)
    throw error
  }
}

function patchStep(layout: TableLayout, { key, set, version }: Patch): Step {
  const names = Object.keys(set)
  const versioned = version !== undefined
  const values = names.map((name) => layout.column(name).encode(set[name]!))
  values.push(...encodedKey(layout, key))
  if (versioned) values.push(String(version))
  const shape = `patch ${versioned} ${names.join('\0')}`
  return { text: layout.statement(shape, () => patchText(layout, names, versioned)), values, prepared: true }
}

function patchText(layout: TableLayout, names: readonly string[], versioned: boolean): string {
  const columns = names.map((name) => layout.column(name))
  const assignments = columns.map(({ quoted, cast }, index) => `${quoted} = $${index + 1}${cast}`)
  const next = names.length + layout.key.length + 1
  const expected = versioned ? ` AND ${layout.column(layout.version!).quoted} = $${next}::int8` : ''
  return `UPDATE ${layout.name} SET ${withVersion(layout, assignments).join(', ')} WHERE ${keyCondition(layout, names.length + 1)}${expected}`
}

function withVersion(layout: TableLayout, assignments: readonly string[], prefix = ''): readonly string[] {
  const version = layout.version === undefined ? undefined : layout.column(layout.version).quoted
  if (version !== undefined) return [...assignments, `${version} = ${prefix}${version} + 1`]
  if (assignments.length > 0) return assignments
  // Nothing to set: the row must be found all the same.
  const [first] = layout.key
  return [`${first!.quoted} = ${prefix}${first!.quoted}`]
}

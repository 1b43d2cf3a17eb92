import { versionMismatch } from '@holdfast/core/backend'
import type { DeleteChange } from '@holdfast/core/backend'
import type { Unit } from '../unit.js'
import type { Step } from '../wire/step.js'
import type { Outcome } from './insert.js'
import { encodedKey, keyArrays, keyCondition, unnested } from './layout.js'
import type { TableLayout } from './layout.js'

type Deletion = DeleteChange['keys'][number]

export async function deleteRows(
  unit: Unit,
  layout: TableLayout,
  keys: readonly Deletion[],
  last: boolean,
): Promise<Outcome> {
  if (keys.length === 0) return { count: 0 }
  const single = keys.length === 1 || keys.some(({ version }) => version !== undefined)
  if (!single) {
    const [completion] = await unit.run([deleteStep(layout, keys)], last)
    return { count: completion!.count }
  }
  // Nothing may be final before it is known that all were of the expected version.
  const isSure = (unit.isNew && keys.length === 1) || keys.every(({ version }) => version === undefined)
  const completions = await unit.run(
    keys.map((deletion) => deleteOneStep(layout, deletion)),
    last && isSure,
  )
  keys.forEach(({ key, version }, index) => {
    if (version !== undefined && completions[index]!.count === 0) throw versionMismatch(layout.table, key)
  })
  return { count: completions.reduce((sum, { count }) => sum + count, 0) }
}

function deleteOneStep(layout: TableLayout, { key, version }: Deletion): Step {
  const values = encodedKey(layout, key)
  const expected =
    version === undefined ? '' : ` AND ${layout.column(layout.version!).quoted} = $${values.length + 1}::int8`
  if (version !== undefined) values.push(String(version))
  return {
    text: `DELETE FROM ${layout.name} WHERE ${keyCondition(layout, 1)}${expected}`,
    values,
    prepared: true,
  }
}

function deleteStep(layout: TableLayout, keys: readonly Deletion[]): Step {
  const [only, second] = layout.key
  const condition =
    second === undefined
      ? `${only!.quoted} = ANY($1${only!.cast}[])`
      : `(${layout.key.map(({ quoted }) => quoted).join(', ')}) IN (SELECT * FROM ${unnested(layout.key)})`
  return {
    text: `DELETE FROM ${layout.name} WHERE ${condition}`,
    values: keyArrays(
      layout,
      keys.map(({ key }) => key),
    ),
    prepared: true,
  }
}

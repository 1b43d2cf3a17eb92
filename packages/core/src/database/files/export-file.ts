import type { ExportFile } from '../../backend/file-types.js'
import type { FileReference } from '../../schema/types.js'
import { canOverflow } from '../../plan/index.js'
import type { Prepared } from '../../plan/index.js'
import type { Call } from '../diagnostics.js'
import type { QueryRunner } from '../query-run.js'
import { requireFiles } from './file-table.js'
import { makeFile } from './new-file.js'

/** Writes the answer of a query to a new file, in its order; gives the number of rows. */
export async function exportFile(
  runner: QueryRunner,
  prepared: Prepared,
  file: FileReference,
  overwrite: boolean,
  call: Call,
): Promise<number> {
  const { connection } = runner.first
  requireFiles(connection, 'export', file)
  const columns = [...prepared.columns].map(([name, column]) => ({ name, ...column }))
  const { signal } = call
  const request = (path: string, from: ExportFile['from']): ExportFile => {
    return { ...file, path, columns, from, ...(signal && { signal }) }
  }
  const { root } = prepared.plan
  call.rows = await makeFile(file.path, overwrite, async (path) => {
    // What may fail to fit its type is for core to judge.
    if (root.by === 'engine' && root.database === connection.name && !canOverflow(root.relation)) {
      call.plan = prepared.plan
      const from = { relation: root.relation, parameters: prepared.parameters }
      return runner.first.usable().exportFile!(request(path, from))
    }
    const { batches } = runner.start(prepared, call, false)
    return connection.engine.exportFile!(request(path, { rows: batches }))
  })
  return call.rows
}

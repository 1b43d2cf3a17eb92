import type { TableDefinition } from '../../schema/types.js'
import { QueryBuilding } from '../query-building.js'
import { QueryHandle } from '../query.js'
import { tableSource } from '../query-state.js'
import type { QueryState } from '../query-state.js'
import type { Fields, Query, Sources } from '../query-types.js'
import type { Scope } from '../scope.js'
import type { FileHandle } from './file-types.js'

/** Files as their user holds them: the start of a query over all rows. */
export class BoundFile<F extends Fields> extends QueryBuilding<readonly [F]> implements FileHandle<F> {
  readonly definition: TableDefinition
  protected readonly state: QueryState

  constructor(scope: Scope, table: TableDefinition) {
    super()
    const { file: _where, ...definition } = table
    this.definition = Object.freeze(definition)
    this.state = tableSource(scope, table)
  }

  get name(): string {
    return this.definition.name
  }

  protected derive<Next extends Sources>(state: QueryState): Query<Next> {
    return new QueryHandle(state)
  }
}

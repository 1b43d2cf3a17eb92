import type { PhysicalTable } from '../physical/physical.js'

export type SslMode = 'disable' | 'require' | 'verify-ca' | 'verify-full'

export interface PostgresOptions {
  /**
   * `postgres://user:password@host:port/database?sslmode=verify-full`. Fields below win over what the URL says. What
   * neither says is taken from the environment (`PGHOST`, `PGUSER`, ...), as the driver does.
   */
  readonly url?: string
  /** A name, an address, or the folder of a Unix socket. */
  readonly host?: string
  readonly port?: number
  readonly database?: string
  readonly user?: string
  /** A function is asked whenever a connection is opened: for tokens that expire. */
  readonly password?: string | (() => string | Promise<string>)
  /** Put before the name of the database. */
  readonly databasePrefix?: string
  /** Whether a missing database is created. Default: false. */
  readonly createDatabase?: boolean

  /** Where tables are: a namespace of the database. Default: `public`. */
  readonly schema?: string
  /** Whether a missing schema is created. Default: true. */
  readonly createSchema?: boolean
  /**
   * How tables are kept: `[physical(readings, { partitionBy: { range: 'at', every: 'month' } })]`. Applied when the table is
   * created; indexes that a table lacks which is there already are created when the database is opened.
   */
  readonly tables?: readonly PhysicalTable[]
  /** Extensions that the database is to have, such as `['pg_trgm']`: those that it lacks are created. */
  readonly extensions?: readonly string[]
  /** Refuses every write. Default: false. */
  readonly readOnly?: boolean
  /** What the server shows for these connections. Default: `holdfast`. */
  readonly applicationName?: string

  /** Connections kept open, even unused. Default: 0. */
  readonly min?: number
  /** Connections opened at most; a transaction and a stream hold one each. Default: 10. */
  readonly max?: number
  /** Milliseconds to wait for a free connection before `TIMEOUT`. Default: 30000. */
  readonly acquireTimeout?: number
  /** Milliseconds after which an unused connection is closed; 0 for never. Default: 10000. */
  readonly idleTimeout?: number
  /** Milliseconds after which a connection is replaced; 0 for never. Default: 0. */
  readonly maxLifetime?: number
  /** Milliseconds that opening a connection may take. Default: 10000. */
  readonly connectTimeout?: number
  /** Milliseconds that a statement may take before `TIMEOUT`; 0 for any time. Default: what the server says. */
  readonly statementTimeout?: number
  /** Milliseconds to wait for another transaction before `BUSY`; 0 for any time. Default: what the server says. */
  readonly lockTimeout?: number
  /** Milliseconds that a transaction may do nothing before the server ends it; 0 for any time. Default: what the server says. */
  readonly idleInTransactionTimeout?: number
  /** Other settings of each session, such as `{ work_mem: '64MB', random_page_cost: 1.1 }`. */
  readonly settings?: Readonly<Record<string, string | number | boolean>>

  /**
   * `require` encrypts, but does not ask whose certificate it is (with `sslrootcert` it does, as `verify-ca`);
   * `verify-full` checks that too, and that it is for the host's name. Default: `disable`.
   */
  readonly sslmode?: SslMode
  /** The client's certificate and private key, and the certificates that are trusted: paths of files, or PEM. */
  readonly sslcert?: string
  readonly sslkey?: string
  /** Default: those that Node trusts. */
  readonly sslrootcert?: string

  /**
   * A read replica: reads outside of transactions go there, and to the primary when it cannot answer. It may lag behind:
   * such reads may not see the last writes. What the URL leaves out is as for the primary.
   */
  readonly replicaUrl?: string
}

/**
 * One SQLite connection to a project's file: transactions, prepared statements, and errors that a person can read.
 * Only server/db sees SQL. Not here: what the tables mean (their own files), the writer's lock (writerLock.ts).
 */
import Database from 'better-sqlite3'
import { TaplineError } from '../../shared/errors.ts'

type Value = string | number | bigint | Buffer | Uint8Array | null
/** Values bound by position, or one record bound by name. */
type Bound = readonly Value[] | readonly [Readonly<Record<string, Value>>]

export class Connection {
  /** The project's folder: names the project in errors. */
  readonly folder: string
  readonly #db: Database.Database
  readonly #statements = new Map<string, Database.Statement<unknown[], unknown>>()

  constructor(db: Database.Database, folder: string) {
    this.#db = db
    this.folder = folder
  }

  all<Row>(sql: string, ...values: Bound): Row[] {
    return this.#try(() => this.#prepare(sql).all(...values) as Row[])
  }

  get<Row>(sql: string, ...values: Bound): Row | undefined {
    return this.#try(() => this.#prepare(sql).get(...values) as Row | undefined)
  }

  /** Runs a statement that changes rows; returns how many, and the id of the last row inserted. */
  run(sql: string, ...values: Bound): { readonly changes: number; readonly id: number } {
    return this.#try(() => {
      const result = this.#prepare(sql).run(...values)
      return { changes: result.changes, id: Number(result.lastInsertRowid) }
    })
  }

  /** Everything `work` reads comes from one moment. */
  snapshot<T>(work: () => T): T {
    return this.#try(() => (this.#db.inTransaction ? work() : this.#db.transaction(work).deferred()))
  }

  /**
   * All that `work` writes is committed together or not at all; calls may nest (an inner failure undoes the inner part).
   * `work` is synchronous: a transaction never spans an await.
   */
  transaction<T>(work: () => T): T {
    return this.#try(() => {
      const outermost = !this.#db.inTransaction
      try {
        return this.#db.transaction(work).immediate()
      } catch (error) {
        if (outermost && isFull(error)) this.#shrink()
        throw error
      }
    })
  }

  /** Gives back what a write that did not fit took of the disk: its part of the write-ahead log. */
  #shrink(): void {
    try {
      this.#db.pragma('wal_checkpoint(TRUNCATE)')
    } catch {
      // There is no room for that either: the log is written into the file once there is.
    }
  }

  pragma(text: string): unknown {
    return this.#try(() => this.#db.pragma(text, { simple: true }))
  }

  get open(): boolean {
    return this.#db.open
  }

  close(): void {
    if (this.#db.open) this.#try(() => this.#db.close())
  }

  #prepare(sql: string): Database.Statement<unknown[], unknown> {
    let statement = this.#statements.get(sql)
    if (!statement) {
      statement = this.#db.prepare(sql)
      this.#statements.set(sql, statement)
    }
    return statement
  }

  #try<T>(work: () => T): T {
    try {
      return work()
    } catch (error) {
      throw fromSqliteError(error, this.folder)
    }
  }
}

const isFull = (error: unknown) =>
  (error instanceof Database.SqliteError && error.code === 'SQLITE_FULL') || (error instanceof TaplineError && error.code === 'no-space')

/** Turns SQLite's errors into ours, naming the project; passes every other error (broken invariants, ours) through. */
export function fromSqliteError(error: unknown, subject: string): unknown {
  if (!(error instanceof Database.SqliteError)) return error
  const make = (code: TaplineError['code'], reason: string, next: string) => new TaplineError(code, subject, reason, next, { cause: error })
  const code = error.code
  // The second: no room for the file that the write-ahead log needs beside it.
  if (code === 'SQLITE_FULL' || code === 'SQLITE_IOERR_SHMSIZE') return make('no-space', 'the disk is full', 'Free some space, then do it again: everything saved before is kept.')
  if (code === 'SQLITE_NOTADB') return make('bad-project', 'its project.sqlite is not a Tapline project file', 'Choose another folder, or restore the project from a copy.')
  if (code.startsWith('SQLITE_CORRUPT')) {
    return make('bad-project', `its project.sqlite is damaged (${error.message})`, 'Restore the project from a copy; nothing in it was changed.')
  }
  if (code.startsWith('SQLITE_READONLY') || code.startsWith('SQLITE_CANTOPEN') || code === 'SQLITE_PERM') {
    return make('not-writable', 'no permission to write to it', 'Change the permissions of the folder, or copy the project to another place.')
  }
  if (code.startsWith('SQLITE_BUSY') || code === 'SQLITE_LOCKED') {
    return make('busy', 'another process is using its project.sqlite', 'Wait for it or close it, then do it again.')
  }
  if (code.startsWith('SQLITE_IOERR')) {
    return make('not-writable', `the disk could not be read or written (${code})`, 'Check the disk and its connection, then do it again: everything saved before is kept.')
  }
  return error
}

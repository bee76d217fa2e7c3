/**
 * One holder of a folder at a time, across processes. The lock is the kernel's: a tiny SQLite file in the folder whose
 * write lock is held while the holder lives, so that a killed process leaves no stale lock behind. The holder's pid
 * stands in that file and can be read while it is held. Not here: what the lock protects.
 *
 * Never open the lock file (or project.sqlite) by other means in a process that holds it: closing any descriptor of a
 * file drops the POSIX locks that the process has on it.
 */
import Database from 'better-sqlite3'
import { realpathSync } from 'node:fs'
import { join } from 'node:path'
import { TaplineError } from '../../shared/errors.ts'
import { fromSqliteError } from './connection.ts'

export interface Holder {
  readonly pid: number
  /** Milliseconds since 1970. */
  readonly since: number
}

export class WriterLock {
  readonly #db: Database.Database

  private constructor(db: Database.Database) {
    this.#db = db
  }

  /**
   * Takes the lock of a folder, waiting at most `waitMs`.
   * @throws TaplineError 'busy' naming the holder's pid; 'not-writable' where the folder is read-only.
   */
  static take(folder: string, name: string, waitMs = 0): WriterLock {
    let db: Database.Database | undefined
    try {
      const real = realpathSync(folder)
      db = new Database(join(real, name), { timeout: waitMs })
      // No journal beside the lock: its content is worth nothing after a crash.
      db.pragma('journal_mode = memory')
      db.pragma('synchronous = off')
      hold(db, { pid: process.pid, since: Date.now() })
      return new WriterLock(db)
    } catch (error) {
      const holder = db && isBusy(error) ? readHolder(db) : undefined
      db?.close()
      if (isBusy(error)) throw busy(folder, holder, error)
      throw fromSqliteError(error, folder)
    }
  }

  release(): void {
    if (!this.#db.open) return
    if (this.#db.inTransaction) this.#db.exec('ROLLBACK')
    this.#db.close()
  }
}

/** Writes the holder, then takes the lock again to keep it; starts over when someone came in between and wrote theirs. */
function hold(db: Database.Database, holder: Holder): void {
  for (;;) {
    db.exec('BEGIN IMMEDIATE')
    db.exec('CREATE TABLE IF NOT EXISTS holder (id INTEGER PRIMARY KEY CHECK (id = 1), pid INTEGER NOT NULL, since INTEGER NOT NULL) STRICT')
    db.prepare('INSERT OR REPLACE INTO holder (id, pid, since) VALUES (1, ?, ?)').run(holder.pid, holder.since)
    db.exec('COMMIT')
    // A reserved lock keeps other writers out and lets them read who holds it.
    db.exec('BEGIN IMMEDIATE')
    const now = readHolder(db)
    if (now?.pid === holder.pid && now.since === holder.since) return
    db.exec('ROLLBACK')
  }
}

function readHolder(db: Database.Database): Holder | undefined {
  try {
    return db.prepare<[], Holder>('SELECT pid, since FROM holder').get()
  } catch {
    return undefined // The other process is just writing it.
  }
}

const isBusy = (error: unknown) => error instanceof Database.SqliteError && error.code.startsWith('SQLITE_BUSY')

function busy(folder: string, holder: Holder | undefined, cause: unknown): TaplineError {
  const who = !holder ? 'another process' : holder.pid === process.pid ? `this process (pid ${holder.pid})` : `another process (pid ${holder.pid})`
  return new TaplineError('busy', folder, `it is open for writing in ${who}`, 'Close it there, or wait until it is done.', { cause })
}

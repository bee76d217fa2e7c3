/** One numbered step of the project file's schema. Never edited once released: a later one changes what it made. */
import type Database from 'better-sqlite3'

export interface Migration {
  /** Version of the schema after it; consecutive from 1. */
  readonly number: number
  readonly name: string
  /** Runs inside a transaction; throws to leave the file as it was. */
  up(db: Database.Database): void
}

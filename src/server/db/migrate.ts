/**
 * Brings a project file to the newest schema, in one transaction, and refuses files that are not ours or are newer.
 * The schema's number is SQLite's user_version; application_id says that the file is Tapline's.
 */
import type Database from 'better-sqlite3'
import { TaplineError } from '../../shared/errors.ts'
import { migrations as all } from './migrations/index.ts'
import type { Migration } from './migrations/migration.ts'

/** 'TAPL' */
export const APPLICATION_ID = 0x5441504c

/** The schema of an open file. @throws TaplineError 'bad-project' when it is not ours or of a newer Tapline. Changes nothing. */
export function checkSchema(db: Database.Database, subject: string, migrations: readonly Migration[] = all): number {
  const id = db.pragma('application_id', { simple: true }) as number
  const version = db.pragma('user_version', { simple: true }) as number
  if (id !== APPLICATION_ID || version < 1) {
    throw new TaplineError('bad-project', subject, 'its project.sqlite was not made by Tapline', 'Choose a folder that Tapline made.')
  }
  const newest = migrations.length
  if (version > newest) {
    throw new TaplineError(
      'bad-project',
      subject,
      `a newer Tapline made it (its format is ${version}, this one reads up to ${newest})`,
      'Update Tapline to open it; nothing in it was changed.',
    )
  }
  return version
}

/** Runs the migrations that the file lacks, all or none. A file without tables becomes a new project file. */
export function migrate(db: Database.Database, migrations: readonly Migration[] = all): void {
  db.transaction(() => {
    const from = db.pragma('user_version', { simple: true }) as number
    for (const migration of migrations.slice(from)) migration.up(db)
    if (from === 0) db.pragma(`application_id = ${APPLICATION_ID}`)
    if (migrations.length > from) db.pragma(`user_version = ${migrations.length}`)
  }).immediate()
}

/**
 * A project: one folder that can be moved or copied, holding project.sqlite, frames/, cache/ and runs/. Opening it for
 * reading, or for writing (one writer at a time, across processes). Not here: making one (createProject.ts).
 *
 * Reader and writer differ by type: a ProjectReader has no method that writes and its connection is read-only.
 * Every writing method is a transaction of its own; `gesture` makes one of many. A commit is on the disk when the method
 * returns, so that kill -9 loses at most the gesture under way.
 */
import Database from 'better-sqlite3'
import { existsSync, readFileSync, statSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { TaplineError } from '../../shared/errors.ts'
import type { ProjectInfo } from '../../shared/projectRecords.ts'
import { Connection, fromSqliteError } from './connection.ts'
import { EditReader, EditWriter } from './edits.ts'
import { HistoryReader, HistoryWriter } from './history.ts'
import { MarkReader, MarkWriter } from './marks.ts'
import { checkSchema, migrate } from './migrate.ts'
import { migrations } from './migrations/index.ts'
import { PathReader, PathWriter } from './paths.ts'
import { PredictionReader, PredictionWriter } from './predictions.ts'
import { projectPath } from './projectPath.ts'
import { ReferenceReader, ReferenceWriter } from './references.ts'
import { RunReader, RunWriter } from './runs.ts'
import { SettingReader, SettingWriter } from './settings.ts'
import { TrackReader, TrackWriter } from './tracks.ts'
import { VideoReader, VideoWriter } from './videos.ts'
import { WriterLock } from './writerLock.ts'

export const PROJECT_FILE = 'project.sqlite'
const LOCK_FILE = 'project.lock'

export interface ProjectReader {
  /** Absolute path of the project's folder. */
  readonly folder: string
  readonly videos: VideoReader
  readonly tracks: TrackReader
  readonly edits: EditReader
  readonly runs: RunReader
  readonly predictions: PredictionReader
  readonly paths: PathReader
  readonly history: HistoryReader
  readonly marks: MarkReader
  readonly references: ReferenceReader
  readonly settings: SettingReader
  info(): ProjectInfo
  /** Path on this machine of something stored relative to the project. */
  path(relative: string): string
  /** Everything `work` reads comes from one moment, whatever a writer commits meanwhile. */
  snapshot<T>(work: () => T): T
  close(): void
}

export interface ProjectWriter extends ProjectReader {
  readonly videos: VideoWriter
  readonly tracks: TrackWriter
  readonly edits: EditWriter
  readonly runs: RunWriter
  readonly predictions: PredictionWriter
  readonly paths: PathWriter
  readonly history: HistoryWriter
  readonly marks: MarkWriter
  readonly references: ReferenceWriter
  readonly settings: SettingWriter
  /** All that `work` (synchronous) writes is committed together or not at all. Gestures may nest. */
  gesture<T>(work: () => T): T
  rename(name: string): void
}

/**
 * Opens a project for reading; any number of readers, beside a writer too. Works on read-only media. A project of an
 * older format is upgraded in memory only.
 * @throws TaplineError 'not-found', 'bad-project' (not a project, damaged, of a newer version), 'not-writable' (no permission).
 */
export function openProjectReader(path: string): ProjectReader {
  const folder = projectFolder(path)
  const connection = new Connection(openReadonly(folder), folder)
  return {
    ...readingSide(connection),
    videos: new VideoReader(connection),
    tracks: new TrackReader(connection),
    edits: new EditReader(connection),
    runs: new RunReader(connection),
    predictions: new PredictionReader(connection),
    paths: new PathReader(connection),
    history: new HistoryReader(connection),
    marks: new MarkReader(connection),
    references: new ReferenceReader(connection),
    settings: new SettingReader(connection),
  }
}

/**
 * Opens a project for writing, upgrades its format, and marks runs that nobody runs any more as interrupted.
 * @throws TaplineError 'busy' naming the pid of the other writer; else as openProjectReader. On error nothing was changed.
 */
export function openProject(path: string): ProjectWriter {
  const folder = projectFolder(path)
  look(folder)
  const lock = WriterLock.take(folder, LOCK_FILE, 200)
  let connection: Connection
  try {
    connection = new Connection(openForWriting(folder), folder)
  } catch (error) {
    lock.release()
    throw error
  }
  const runs = new RunWriter(connection)
  try {
    runs.markInterrupted()
  } catch (error) {
    connection.close()
    lock.release()
    throw error
  }
  return {
    ...readingSide(connection),
    videos: new VideoWriter(connection),
    tracks: new TrackWriter(connection),
    edits: new EditWriter(connection),
    runs,
    predictions: new PredictionWriter(connection),
    paths: new PathWriter(connection),
    history: new HistoryWriter(connection),
    marks: new MarkWriter(connection),
    references: new ReferenceWriter(connection),
    settings: new SettingWriter(connection),
    gesture: (work) => connection.transaction(work),
    rename: (name) => void connection.run('UPDATE project SET name = ?', name),
    close() {
      // SQLite moves the log into the file, which then is self-contained. Where that is not possible now (a reader
      // elsewhere, a full disk) the log stays beside the file, and the next to open it reads both.
      connection.close()
      lock.release()
    },
  }
}

function readingSide(connection: Connection): Pick<ProjectReader, 'folder' | 'info' | 'path' | 'snapshot' | 'close'> {
  return {
    folder: connection.folder,
    info: () => connection.get<ProjectInfo>('SELECT name, created_at AS createdAt, app_version AS appVersion FROM project')!,
    path: (relative) => projectPath(connection.folder, relative),
    snapshot: (work) => connection.snapshot(work),
    close: () => connection.close(),
  }
}

/** The folder meant by a path: itself, or the folder of a project.sqlite. Only looks: nothing is opened or made. */
function projectFolder(path: string): string {
  const folder = basename(path) === PROJECT_FILE ? dirname(resolve(path)) : resolve(path)
  const found = statSync(folder, { throwIfNoEntry: false })
  if (!found) throw new TaplineError('not-found', folder, 'there is no such folder', 'Check the path, or make the project with: tapline import VIDEO --project DIR')
  if (!found.isDirectory()) throw new TaplineError('bad-project', folder, 'a project is a folder, this is a file', 'Choose the folder of a project.')
  const file = statSync(join(folder, PROJECT_FILE), { throwIfNoEntry: false })
  if (!file?.isFile()) {
    throw new TaplineError('bad-project', folder, `it is not a Tapline project (there is no ${PROJECT_FILE} in it)`, 'Choose the folder of a project.')
  }
  // SQLite takes an empty file for a new database.
  if (file.size === 0) throw new TaplineError('bad-project', folder, `its ${PROJECT_FILE} is empty`, 'Restore the project from a copy.')
  return folder
}

/** A read-only look before anything is written: a file that is not ours, and its folder, are not touched. */
function look(folder: string): void {
  try {
    opened(folder, () => {
      const db = new Database(join(folder, PROJECT_FILE), { readonly: true, fileMustExist: true })
      try {
        checkSchema(db, folder)
      } finally {
        db.close()
      }
    })
  } catch (error) {
    // The file was locked for a moment, or the folder is read-only: the lock says so better.
    if (error instanceof TaplineError && (error.code === 'busy' || error.code === 'not-writable')) return
    throw error
  }
}

function openForWriting(folder: string): Database.Database {
  return opened(folder, () => {
    const db = new Database(join(folder, PROJECT_FILE), { fileMustExist: true })
    try {
      checkSchema(db, folder)
      prepareForWriting(db)
      checkIntegrity(db, folder)
      migrate(db)
      return db
    } catch (error) {
      db.close()
      throw error
    }
  })
}

/** WAL, commits on the disk when they return, foreign keys enforced. */
export function prepareForWriting(db: Database.Database): void {
  db.pragma('foreign_keys = on')
  db.pragma('journal_mode = wal')
  db.pragma('synchronous = full')
  // A large write (predictions) does not leave a log of its size behind.
  db.pragma('journal_size_limit = 16777216')
}

/** Damage is found when a project is opened, not hours later in the middle of work. */
function checkIntegrity(db: Database.Database, folder: string): void {
  const problem = db.pragma('quick_check(1)', { simple: true }) as string
  if (problem === 'ok') return
  throw new TaplineError('bad-project', folder, `its ${PROJECT_FILE} is damaged (${problem.replaceAll('\n', ' ')})`, 'Restore the project from a copy; nothing in it was changed.')
}

function openReadonly(folder: string): Database.Database {
  return opened(folder, () => {
    const file = join(folder, PROJECT_FILE)
    let db = new Database(file, { readonly: true, fileMustExist: true })
    try {
      let version: number
      try {
        version = checkSchema(db, folder)
      } catch (error) {
        // In WAL mode SQLite needs to make files beside the project's, which read-only media do not allow.
        const code = error instanceof Database.SqliteError ? error.code : ''
        const unfinished = existsSync(`${file}-wal`) && statSync(`${file}-wal`).size > 0
        if (unfinished || !(code.startsWith('SQLITE_CANTOPEN') || code.startsWith('SQLITE_READONLY'))) throw error
        db.close()
        db = inMemory(readFileSync(file))
        version = checkSchema(db, folder)
      }
      if (version < migrations.length) {
        const copy = inMemory(db.serialize())
        db.close()
        db = copy
        migrate(db)
      }
      db.pragma('query_only = on')
      return db
    } catch (error) {
      db.close()
      throw error
    }
  })
}

/** A private copy of a project file. Its header says WAL, which a copy in memory cannot have: bytes 18 and 19 say so. */
function inMemory(file: Buffer): Database.Database {
  file[18] = 1
  file[19] = 1
  return new Database(file)
}

function opened<T>(folder: string, open: () => T): T {
  try {
    return open()
  } catch (error) {
    throw fromSqliteError(error, folder)
  }
}

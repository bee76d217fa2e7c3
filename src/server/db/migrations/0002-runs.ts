/** Schema 2: tracking runs, what each was asked, its losses, and what it predicted. */
import type { Migration } from './migration.ts'

export const migration0002: Migration = {
  number: 2,
  name: 'runs',
  up(db) {
    db.exec(`
      CREATE TABLE run (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        video_id INTEGER NOT NULL REFERENCES video (id) ON DELETE CASCADE,
        preset TEXT NOT NULL,
        settings_diff TEXT NOT NULL CHECK (json_valid(settings_diff)),
        seed INTEGER NOT NULL,
        code_version TEXT NOT NULL,
        state TEXT NOT NULL CHECK (state IN ('queued', 'running', 'paused', 'done', 'failed', 'cancelled', 'interrupted')),
        step INTEGER NOT NULL DEFAULT 0 CHECK (step >= 0),
        error TEXT CHECK (error IS NULL OR json_valid(error)),
        checkpoint_path TEXT,
        checkpoint_step INTEGER,
        created_at INTEGER NOT NULL,
        started_at INTEGER,
        ended_at INTEGER,
        active_ms INTEGER NOT NULL DEFAULT 0,
        phase_ms TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(phase_ms))
      ) STRICT;
      CREATE INDEX run_of_video ON run (video_id);

      -- What the run was asked, so that a resume asks the same whatever became of the tracks since.
      CREATE TABLE run_query (
        run_id INTEGER NOT NULL REFERENCES run (id) ON DELETE CASCADE,
        ordinal INTEGER NOT NULL,
        track_id TEXT NOT NULL,
        frame INTEGER NOT NULL CHECK (frame >= 0),
        x REAL NOT NULL,
        y REAL NOT NULL,
        PRIMARY KEY (run_id, ordinal),
        UNIQUE (run_id, track_id)
      ) STRICT, WITHOUT ROWID;

      -- Appended in pieces. data: see lossBlob.ts.
      CREATE TABLE run_losses (
        run_id INTEGER NOT NULL REFERENCES run (id) ON DELETE CASCADE,
        first_step INTEGER NOT NULL,
        data BLOB NOT NULL,
        PRIMARY KEY (run_id, first_step)
      ) STRICT;

      -- One row per track, in the order of the queries. data: see predictionBlob.ts.
      CREATE TABLE prediction (
        run_id INTEGER NOT NULL REFERENCES run (id) ON DELETE CASCADE,
        ordinal INTEGER NOT NULL,
        track_id TEXT NOT NULL,
        query_frame INTEGER NOT NULL,
        query_x REAL NOT NULL,
        query_y REAL NOT NULL,
        data BLOB NOT NULL,
        PRIMARY KEY (run_id, ordinal),
        UNIQUE (run_id, track_id)
      ) STRICT;
    `)
  },
}

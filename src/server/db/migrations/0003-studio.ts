/** Schema 3: what the studio shows of each track, every gesture with what it changed, markers, the field in use, review. */
import type { Migration } from './migration.ts'

export const migration0003: Migration = {
  number: 3,
  name: 'studio',
  up(db) {
    db.exec(`
      -- A predicted path of one track; never changed, only replaced. data: see predictionBlob.ts.
      CREATE TABLE path (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        video_id INTEGER NOT NULL REFERENCES video (id) ON DELETE CASCADE,
        source TEXT NOT NULL CHECK (source IN ('flow', 'field', 'repaired', 'imported', 'accepted')),
        data BLOB NOT NULL
      ) STRICT;
      CREATE INDEX path_of_video ON path (video_id);

      -- The path shown, and since when (milliseconds): a run that finished later takes its place.
      ALTER TABLE track ADD COLUMN path_id INTEGER REFERENCES path (id) ON DELETE SET NULL;
      ALTER TABLE track ADD COLUMN path_at INTEGER;
      -- Frames whose path is still to be read from the field.
      ALTER TABLE track ADD COLUMN stale_first INTEGER;
      ALTER TABLE track ADD COLUMN stale_last INTEGER;

      -- One row for each gesture, in order. data: JSON of HistoryChange, states before and after.
      CREATE TABLE history (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        video_id INTEGER NOT NULL REFERENCES video (id) ON DELETE CASCADE,
        label TEXT NOT NULL CHECK (label <> ''),
        at INTEGER NOT NULL,
        undone INTEGER NOT NULL DEFAULT 0 CHECK (undone IN (0, 1)),
        data TEXT NOT NULL CHECK (json_valid(data))
      ) STRICT;
      CREATE INDEX history_of_video ON history (video_id, id);

      -- Paths that a gesture's states name: kept as long as the gesture is.
      CREATE TABLE history_path (
        history_id INTEGER NOT NULL REFERENCES history (id) ON DELETE CASCADE,
        path_id INTEGER NOT NULL REFERENCES path (id) ON DELETE CASCADE,
        PRIMARY KEY (history_id, path_id)
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX history_of_path ON history_path (path_id);

      CREATE TABLE marker (
        video_id INTEGER NOT NULL REFERENCES video (id) ON DELETE CASCADE,
        frame INTEGER NOT NULL CHECK (frame >= 0),
        text TEXT NOT NULL,
        PRIMARY KEY (video_id, frame)
      ) STRICT, WITHOUT ROWID;

      -- The run whose field is asked, chosen at that time (milliseconds); one that finished later takes its place.
      CREATE TABLE field_choice (
        video_id INTEGER PRIMARY KEY REFERENCES video (id) ON DELETE CASCADE,
        run_id INTEGER REFERENCES run (id) ON DELETE SET NULL,
        at INTEGER NOT NULL
      ) STRICT;

      -- Tracks to compare with, in a file of the project.
      CREATE TABLE reference (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        video_id INTEGER NOT NULL REFERENCES video (id) ON DELETE CASCADE,
        name TEXT NOT NULL,
        kind TEXT NOT NULL CHECK (kind IN ('truth', 'annotator')),
        file TEXT NOT NULL
      ) STRICT;

      CREATE TABLE decision (
        reference_id INTEGER NOT NULL REFERENCES reference (id) ON DELETE CASCADE,
        track_key INTEGER NOT NULL REFERENCES track (key) ON DELETE CASCADE,
        first INTEGER NOT NULL CHECK (first >= 0),
        last INTEGER NOT NULL,
        verdict TEXT NOT NULL CHECK (verdict IN ('accepted', 'rejected')),
        PRIMARY KEY (reference_id, track_key, first),
        CHECK (last >= first)
      ) STRICT, WITHOUT ROWID;
    `)
  },
}

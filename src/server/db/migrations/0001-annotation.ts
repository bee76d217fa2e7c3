/** Schema 1: the project, its videos and frame times, tracks, what people edited, settings. */
import type { Migration } from './migration.ts'

export const migration0001: Migration = {
  number: 1,
  name: 'annotation',
  up(db) {
    db.exec(`
      CREATE TABLE project (
        id INTEGER PRIMARY KEY CHECK (id = 1),
        name TEXT NOT NULL,
        created_at INTEGER NOT NULL,
        app_version TEXT NOT NULL
      ) STRICT;

      CREATE TABLE video (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        name TEXT NOT NULL CHECK (name <> ''),
        source_path TEXT NOT NULL,
        width INTEGER NOT NULL CHECK (width > 0),
        height INTEGER NOT NULL CHECK (height > 0),
        frame_count INTEGER NOT NULL CHECK (frame_count > 0),
        cache_folder TEXT NOT NULL,
        added_at INTEGER NOT NULL
      ) STRICT;

      -- times: float64 LE [frame_count], seconds from 0, strictly increasing.
      CREATE TABLE frame_index (
        video_id INTEGER PRIMARY KEY REFERENCES video (id) ON DELETE CASCADE,
        times BLOB NOT NULL
      ) STRICT;

      CREATE TABLE track (
        key INTEGER PRIMARY KEY AUTOINCREMENT,
        video_id INTEGER NOT NULL REFERENCES video (id) ON DELETE CASCADE,
        id TEXT NOT NULL CHECK (id <> ''),
        name TEXT NOT NULL,
        colour TEXT NOT NULL CHECK (length(colour) = 7 AND colour GLOB '#[0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f]'),
        query_frame INTEGER NOT NULL CHECK (query_frame >= 0),
        query_x REAL NOT NULL,
        query_y REAL NOT NULL,
        list_order INTEGER NOT NULL,
        notes TEXT NOT NULL DEFAULT '',
        hidden INTEGER NOT NULL DEFAULT 0 CHECK (hidden IN (0, 1)),
        locked INTEGER NOT NULL DEFAULT 0 CHECK (locked IN (0, 1)),
        UNIQUE (video_id, id)
      ) STRICT;

      CREATE TABLE keyframe (
        track_key INTEGER NOT NULL REFERENCES track (key) ON DELETE CASCADE,
        frame INTEGER NOT NULL CHECK (frame >= 0),
        x REAL NOT NULL,
        y REAL NOT NULL,
        PRIMARY KEY (track_key, frame)
      ) STRICT, WITHOUT ROWID;

      CREATE TABLE label_range (
        track_key INTEGER NOT NULL REFERENCES track (key) ON DELETE CASCADE,
        first INTEGER NOT NULL CHECK (first >= 0),
        last INTEGER NOT NULL,
        kind TEXT NOT NULL CHECK (kind IN ('visible', 'occluded', 'outOfFrame')),
        PRIMARY KEY (track_key, first),
        CHECK (last >= first)
      ) STRICT, WITHOUT ROWID;

      CREATE TABLE setting (
        key TEXT PRIMARY KEY NOT NULL,
        value TEXT NOT NULL CHECK (json_valid(value))
      ) STRICT, WITHOUT ROWID;
    `)
  },
}

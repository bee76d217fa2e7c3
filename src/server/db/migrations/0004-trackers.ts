/** Schema 4: other trackers' tracks are references, too, and each says which tracker gave it. */
import type { Migration } from './migration.ts'

export const migration0004: Migration = {
  number: 4,
  name: 'trackers',
  up(db) {
    // The kinds of a table cannot be changed, so it is made anew. Decisions go first: dropping what they refer to would delete them.
    db.exec(`
      CREATE TABLE decision_before AS SELECT * FROM decision;
      DROP TABLE decision;
      ALTER TABLE reference RENAME TO reference_before;

      -- Tracks to compare with, in a file of the project. tracker: its name in requests, of those of a tracker.
      CREATE TABLE reference (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        video_id INTEGER NOT NULL REFERENCES video (id) ON DELETE CASCADE,
        name TEXT NOT NULL,
        kind TEXT NOT NULL CHECK (kind IN ('truth', 'annotator', 'tracker')),
        file TEXT NOT NULL,
        tracker TEXT,
        CHECK ((kind = 'tracker') = (tracker IS NOT NULL))
      ) STRICT;
      INSERT INTO reference (id, video_id, name, kind, file) SELECT id, video_id, name, kind, file FROM reference_before;
      -- Numbers of references that are gone are not given again.
      DELETE FROM sqlite_sequence WHERE name = 'reference';
      INSERT INTO sqlite_sequence (name, seq) SELECT 'reference', seq FROM sqlite_sequence WHERE name = 'reference_before';
      DROP TABLE reference_before;

      CREATE TABLE decision (
        reference_id INTEGER NOT NULL REFERENCES reference (id) ON DELETE CASCADE,
        track_key INTEGER NOT NULL REFERENCES track (key) ON DELETE CASCADE,
        first INTEGER NOT NULL CHECK (first >= 0),
        last INTEGER NOT NULL,
        verdict TEXT NOT NULL CHECK (verdict IN ('accepted', 'rejected')),
        PRIMARY KEY (reference_id, track_key, first),
        CHECK (last >= first)
      ) STRICT, WITHOUT ROWID;
      INSERT INTO decision (reference_id, track_key, first, last, verdict) SELECT reference_id, track_key, first, last, verdict FROM decision_before;
      DROP TABLE decision_before;
    `)
  },
}

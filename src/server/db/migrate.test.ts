import Database from 'better-sqlite3'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { temporaryFolder } from '../../../test/builders/temporaryProject.ts'
import { checkSchema, migrate } from './migrate.ts'
import { migrations } from './migrations/index.ts'
import type { Migration } from './migrations/migration.ts'
import { openProject, openProjectReader, PROJECT_FILE } from './project.ts'

/** A file as version n of the schema made it, with one row of everything that version knew. */
const contents: Record<number, string> = {
  1: `
    INSERT INTO project VALUES (1, 'Ants', 1700000000000, '0.1.0');
    INSERT INTO video VALUES (1, 'ants', '/v/ants.mp4', 640, 480, 3, 'frames/ants', 1700000000001);
    INSERT INTO frame_index VALUES (1, x'0000000000000000000000000000e03f000000000000f03f');
    INSERT INTO track VALUES (5, 1, 'leg', 'Left leg', '#56b4e9', 2, 10.25, 20.5, 1, 'note', 0, 1);
    INSERT INTO keyframe VALUES (5, 1, 0.1, 0.2);
    INSERT INTO label_range VALUES (5, 0, 2, 'occluded');
    INSERT INTO setting VALUES ('zoom', '2.5');`,
  2: `
    INSERT INTO run (id, video_id, preset, settings_diff, seed, code_version, state, created_at) VALUES (3, 1, 'draft', '{"steps":7}', 9, '0.1.0', 'done', 1);
    INSERT INTO run_query VALUES (3, 0, 'leg', 2, 10.25, 20.5);`,
  3: `
    INSERT INTO path VALUES (4, 1, 'repaired', x'54505052010000000300000000000000000000000000803f0000004000004040000080400000a040000102');
    UPDATE track SET path_id = 4, path_at = 5, stale_first = 1, stale_last = 2 WHERE key = 5;
    INSERT INTO history VALUES (6, 1, 'Move point', 7, 0, '{"tracks":[]}');
    INSERT INTO history_path VALUES (6, 4);
    INSERT INTO marker VALUES (1, 2, 'here');
    INSERT INTO field_choice VALUES (1, 3, 8);
    INSERT INTO reference VALUES (9, 1, 'truth', 'truth', 'truth/ants.json');
    INSERT INTO decision VALUES (9, 5, 0, 1, 'rejected');`,
  4: `
    INSERT INTO reference VALUES (12, 1, 'Chained flow', 'tracker', 'references/1-1.json', 'chained');`,
}

function fileOfVersion(version: number): string {
  const folder = join(temporaryFolder(), 'ants')
  mkdirSync(folder)
  const db = new Database(join(folder, PROJECT_FILE))
  for (let n = 1; n <= version; n++) {
    migrate(db, migrations.slice(0, n))
    db.exec(contents[n])
  }
  db.close()
  return folder
}

describe('migrations', () => {
  it('are numbered from 1 without a gap, each with contents in this test', () => {
    expect(migrations.map((migration) => migration.number)).toEqual(migrations.map((_, i) => i + 1))
    expect(Object.keys(contents)).toHaveLength(migrations.length)
  })

  it.each(migrations.map((migration) => migration.number))('a file made by version %i opens with all that was in it', (version) => {
    for (const open of [openProjectReader, openProject]) {
      const project = open(fileOfVersion(version))
      expect(project.info()).toEqual({ name: 'Ants', createdAt: 1700000000000, appVersion: '0.1.0' })
      expect(project.videos.get(1)).toMatchObject({ name: 'ants', width: 640, height: 480, frameCount: 3, cacheFolder: 'frames/ants' })
      expect([...project.videos.times(1)]).toEqual([0, 0.5, 1])
      expect(project.tracks.get(5)).toMatchObject({ id: 'leg', name: 'Left leg', query: { frame: 2, x: 10.25, y: 20.5 }, locked: true, hidden: false })
      expect(project.edits.ofTrack(5)).toEqual({ keyframes: [{ frame: 1, x: 0.1, y: 0.2 }], labels: [{ kind: 'occluded', first: 0, last: 2 }] })
      expect(project.settings.get('zoom')).toBe(2.5)
      expect(project.runs.list().map((run) => [run.id, run.state, run.settings.steps, run.seed])).toEqual(version < 2 ? [] : [[3, 'done', 7, 9]])
      expect(project.paths.ref(5)).toEqual(version < 3 ? { pathId: null, at: null, stale: null } : { pathId: 4, at: 5, stale: { first: 1, last: 2 } })
      if (version >= 3) {
        const { positions, states, source } = project.paths.read(4)
        expect([[...positions], [...states], source]).toEqual([[0, 1, 2, 3, 4, 5], [0, 1, 2], 'repaired'])
        expect(project.history.state(1)).toEqual({ undo: 'Move point', redo: null })
        expect(project.marks.markers(1)).toEqual([{ frame: 2, text: 'here' }])
        expect(project.marks.fieldChoice(1)).toEqual({ runId: 3, at: 8 })
        const truth = { id: 9, videoId: 1, name: 'truth', kind: 'truth', file: 'truth/ants.json', tracker: null }
        const other = { id: 12, videoId: 1, name: 'Chained flow', kind: 'tracker', file: 'references/1-1.json', tracker: 'chained' }
        expect(project.references.list(1)).toEqual(version < 4 ? [truth] : [truth, other])
        expect(project.references.decisions(1)).toEqual([{ reference: 9, key: 5, first: 0, last: 1, verdict: 'rejected' }])
      }
      project.close()
    }
  })

  it('numbers of references that are gone are not given again by version 4', () => {
    const folder = fileOfVersion(3)
    const db = new Database(join(folder, PROJECT_FILE))
    db.exec(`INSERT INTO reference VALUES (20, 1, 'gone', 'annotator', 'references/1-9.json'); DELETE FROM reference WHERE id = 20`)
    db.close()
    const project = openProject(folder)
    expect(project.references.add(1, 'Chained flow', 'tracker', 'references/1-1.json', 'chained').id).toBe(21)
    expect(() => project.references.add(1, 'no tracker', 'tracker', 'references/1-2.json')).toThrow('CHECK')
    project.close()
  })

  it('the schema of an upgraded file is that of a new one', () => {
    const schema = (db: Database.Database) => db.prepare('SELECT name, sql FROM sqlite_master ORDER BY name').all()
    const fresh = new Database(':memory:')
    migrate(fresh)
    for (let version = 1; version < migrations.length; version++) {
      const folder = fileOfVersion(version)
      openProject(folder).close()
      const upgraded = new Database(join(folder, PROJECT_FILE), { readonly: true })
      expect(schema(upgraded)).toEqual(schema(fresh))
      expect(upgraded.pragma('foreign_key_check')).toEqual([])
      upgraded.close()
    }
  })

  it('every table is strict', () => {
    const db = new Database(':memory:')
    migrate(db)
    const tables = db.prepare<[], { name: string; strict: number }>("SELECT name, strict FROM pragma_table_list WHERE schema = 'main' AND name NOT LIKE 'sqlite_%'").all()
    expect(tables.length).toBeGreaterThan(9)
    expect(tables.filter((table) => table.strict !== 1)).toEqual([])
  })

  it('a file of a newer version is refused by both, and not changed', () => {
    const folder = fileOfVersion(migrations.length)
    const newer = new Database(join(folder, PROJECT_FILE))
    newer.pragma('user_version = 99')
    newer.close()
    for (const open of [openProjectReader, openProject]) {
      expect(() => open(folder)).toThrow(expect.objectContaining({ code: 'bad-project', subject: folder, reason: expect.stringContaining('newer Tapline') }))
    }
    const after = new Database(join(folder, PROJECT_FILE), { readonly: true })
    expect(after.pragma('user_version', { simple: true })).toBe(99)
    after.close()
  })

  it('a migration that fails leaves the file at its version, with nothing of the failed one or of those before it', () => {
    const db = new Database(':memory:')
    migrate(db, migrations.slice(0, 1))
    const failing: Migration = {
      number: 2,
      name: 'failing',
      up(d) {
        d.exec('CREATE TABLE half (a INTEGER) STRICT; ALTER TABLE track ADD COLUMN extra TEXT')
        throw new Error('no')
      },
    }
    expect(() => migrate(db, [migrations[0], failing])).toThrow('no')
    expect(checkSchema(db, 'x')).toBe(1)
    expect(db.prepare("SELECT name FROM sqlite_master WHERE name = 'half'").all()).toEqual([])
    expect(db.prepare("SELECT name FROM pragma_table_info('track') WHERE name = 'extra'").all()).toEqual([])
  })
})

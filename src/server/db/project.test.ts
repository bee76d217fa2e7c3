import Database from 'better-sqlite3'
import { spawn, spawnSync } from 'node:child_process'
import { chmodSync, cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { somePredictions, someVideo, temporaryFolder, temporaryProject } from '../../../test/builders/temporaryProject.ts'
import { presets } from '../../shared/presets.ts'
import { createProject } from './createProject.ts'
import { openProject, openProjectReader, PROJECT_FILE } from './project.ts'

const failing = (code: string, reason: string) => expect.objectContaining({ name: 'TaplineError', code, reason: expect.stringContaining(reason), next: expect.stringMatching(/\.$|DIR$/) })
const projectModule = fileURLToPath(new URL('./project.ts', import.meta.url))

/** Content of every file below a folder: to see that nothing was changed. SQLite's own shared-memory files aside. */
function contentOf(folder: string): Record<string, string> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile() && !/-(shm|wal)$/.test(entry.name))
  return Object.fromEntries(files.map((entry) => [join(entry.parentPath, entry.name), readFileSync(join(entry.parentPath, entry.name), 'base64')]))
}

/** Runs code in another process, as another user where this one is root (whom permissions do not stop). */
function elsewhere(code: string): { status: number | null; output: string } {
  const asNobody = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {}
  const run = spawnSync(process.execPath, ['--input-type=module', '-e', `import { openProject, openProjectReader } from ${JSON.stringify(projectModule)}\n${code}`], {
    encoding: 'utf8',
    ...asNobody,
  })
  return { status: run.status, output: run.stdout + run.stderr }
}
const canRunElsewhere = elsewhere('console.log(typeof openProject)').output.trim() === 'function'

describe('making a project', () => {
  it('makes the folders, the record, and parents that are missing', async () => {
    const folder = join(temporaryFolder(), 'a', 'b', 'Ants')
    const project = await createProject(folder)
    expect(project.info()).toMatchObject({ name: 'Ants', appVersion: expect.stringMatching(/^\d+\.\d+\.\d+/) })
    expect(readdirSync(folder)).toEqual(expect.arrayContaining(['cache', 'frames', 'project.sqlite', 'runs']))
    expect(readdirSync(join(folder, '..'))).toEqual(['Ants'])
    project.close()
    expect(readdirSync(folder).filter((name) => name.startsWith('project')).sort()).toEqual(['project.lock', 'project.sqlite'])
  })

  it('uses WAL, foreign keys, and commits that are on the disk when they return', async () => {
    const { project } = await temporaryProject()
    const raw = new Database(join(project.folder, PROJECT_FILE), { readonly: true })
    expect(raw.pragma('journal_mode', { simple: true })).toBe('wal')
    raw.close()
    expect(() => project.predictions.save(99, somePredictions())).toThrow('FOREIGN KEY')
    project.close()
  })

  it('a filling that fails leaves nothing at the path nor beside it', async () => {
    const parent = temporaryFolder()
    const fill = async (project: { videos: { add(video: ReturnType<typeof someVideo>): unknown } }) => {
      project.videos.add(someVideo())
      expect(existsSync(join(parent, 'p'))).toBe(false)
      throw new Error('the video is truncated')
    }
    await expect(createProject(join(parent, 'p'), { fill })).rejects.toThrow('truncated')
    expect(readdirSync(parent)).toEqual([])
  })

  it('does not touch what is there: a project, a folder with files, a file', async () => {
    const { project } = await temporaryProject()
    project.close()
    const parent = temporaryFolder()
    writeFileSync(join(parent, 'file'), 'mine')
    mkdirSync(join(parent, 'empty'))
    const before = [contentOf(project.folder), contentOf(parent)]
    await expect(createProject(project.folder)).rejects.toThrow(failing('not-writable', 'a project here already'))
    await expect(createProject(parent)).rejects.toThrow(failing('not-writable', 'not empty'))
    await expect(createProject(join(parent, 'file'))).rejects.toThrow(failing('not-writable', 'a file with that name'))
    await expect(createProject(join(parent, 'file', 'inside'))).rejects.toThrow(failing('not-writable', 'a file is in the way'))
    expect([contentOf(project.folder), contentOf(parent)]).toEqual(before)
    ;(await createProject(join(parent, 'empty'))).close()
  })
})

describe('a project folder', () => {
  it('can be moved, and copied after its writer was killed', async () => {
    const { project, keys } = await temporaryProject()
    project.edits.setKeyframe(keys[0], 3, 1.5, 2.5)
    const parent = temporaryFolder()
    // A copy of an open project is what a killed writer leaves: the last commits are in the -wal file.
    cpSync(project.folder, join(parent, 'copy'), { recursive: true })
    project.close()
    renameSync(project.folder, join(parent, 'moved'))
    for (const name of ['copy', 'moved']) {
      const again = openProject(join(parent, name, PROJECT_FILE))
      expect(again.folder).toBe(join(parent, name))
      expect(again.edits.ofTrack(keys[0]).keyframes).toEqual([{ frame: 3, x: 1.5, y: 2.5 }])
      expect(again.path('frames/clip')).toBe(join(parent, name, 'frames', 'clip'))
      again.close()
    }
  })
})

describe('one writer', () => {
  it('a second one, in this process or another, is told who holds the project; readers are not held up', async () => {
    const { project, videoId } = await temporaryProject()
    expect(() => openProject(project.folder)).toThrow(failing('busy', `pid ${process.pid}`))
    const reader = openProjectReader(project.folder)
    expect(reader.tracks.list(videoId)).toHaveLength(3)
    reader.close()
    project.close()

    const child = spawn(process.execPath, ['--input-type=module', '-e', `import { openProject } from ${JSON.stringify(projectModule)}; openProject(process.argv[1]); console.log('open'); setInterval(() => {}, 1000)`, project.folder], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    await new Promise((resolve) => child.stdout.once('data', resolve))
    expect(() => openProject(project.folder)).toThrow(failing('busy', `pid ${child.pid}`))
    const gone = new Promise((resolve) => child.once('exit', resolve))
    child.kill('SIGKILL')
    await gone
    const again = openProject(project.folder)
    again.close()
    openProject(project.folder).close()
  })

  it('a reader has no writing methods and its connection refuses writes', async () => {
    const { project } = await temporaryProject()
    const reader = openProjectReader(project.folder)
    const names = (o: object) => Object.getOwnPropertyNames(Object.getPrototypeOf(o)).sort()
    expect('gesture' in reader).toBe(false)
    expect(names(reader.tracks)).toEqual(['constructor', 'find', 'get', 'list'])
    expect(names(reader.edits)).toEqual(['constructor', 'ofTrack', 'ofVideo'])
    // @ts-expect-error a reader is no writer
    expect(() => reader.tracks.add(1, [])).toThrow('not a function')
    expect(() => Object.getPrototypeOf(project.settings).set.call(reader.settings, 'a', 1)).toThrow(failing('not-writable', 'no permission'))
    reader.close()
    project.close()
  })
})

describe('opening what is not a project', () => {
  it.each([openProject, openProjectReader])('%o says what it is instead, and changes nothing', async (open) => {
    const parent = temporaryFolder()
    mkdirSync(join(parent, 'photos'))
    writeFileSync(join(parent, 'photos', 'a.jpg'), 'x')
    for (const [name, content] of [['text', 'not a database, but long enough to have a header: '.repeat(100)], ['empty', '']]) {
      mkdirSync(join(parent, name))
      writeFileSync(join(parent, name, PROJECT_FILE), content)
    }
    mkdirSync(join(parent, 'foreign'))
    const foreign = new Database(join(parent, 'foreign', PROJECT_FILE))
    foreign.exec('CREATE TABLE a (b); PRAGMA user_version = 1')
    foreign.close()
    const before = contentOf(parent)
    expect(() => open(join(parent, 'nowhere'))).toThrow(failing('not-found', 'no such folder'))
    expect(() => open(join(parent, 'photos', 'a.jpg'))).toThrow(failing('bad-project', 'this is a file'))
    expect(() => open(join(parent, 'photos'))).toThrow(failing('bad-project', 'not a Tapline project'))
    expect(() => open(join(parent, 'text'))).toThrow(failing('bad-project', 'not a Tapline project file'))
    expect(() => open(join(parent, 'empty'))).toThrow(failing('bad-project', 'is empty'))
    expect(() => open(join(parent, 'foreign'))).toThrow(failing('bad-project', 'not made by Tapline'))
    expect(contentOf(parent)).toEqual(before)
  })

  it('a damaged project is refused by the writer, and not changed', async () => {
    const { project, runId } = await temporaryProject()
    project.predictions.save(runId, somePredictions())
    project.close()
    const file = join(project.folder, PROJECT_FILE)
    const bytes = readFileSync(file)
    for (const [damaged, reason] of [
      [Buffer.concat([bytes.subarray(0, 8192), Buffer.alloc(bytes.length - 8192, 0xa5)]), 'damaged'],
      [bytes.subarray(0, bytes.length - 6000), 'damaged'],
      [Buffer.alloc(bytes.length, 7), 'not a Tapline project file'],
    ] as const) {
      writeFileSync(file, damaged)
      expect(() => openProject(project.folder)).toThrow(failing('bad-project', reason))
      expect(readFileSync(file).equals(damaged)).toBe(true)
    }
    writeFileSync(file, bytes)
    openProject(project.folder).close()
  })
})

describe('when the disk does not take writes', () => {
  it('a full disk is named, the gesture is undone, all before it is kept, and work goes on when there is room', async () => {
    const { project, keys, runId } = await temporaryProject()
    project.edits.setKeyframe(keys[0], 1, 1, 1)
    // SQLite's own limit gives the same SQLITE_FULL as the system's ENOSPC.
    const connection = (project.edits as unknown as { connection: { pragma(text: string): unknown } }).connection
    connection.pragma(`max_page_count = ${Number(connection.pragma('page_count')) + 1}`)
    const big = somePredictions(Array.from({ length: 200 }, (_, i) => ({ id: `t${i}`, frame: 0, x: 1, y: 1 })))
    const attempt = () =>
      project.gesture(() => {
        project.edits.setKeyframe(keys[0], 2, 2, 2)
        project.predictions.save(runId, big)
      })
    expect(attempt).toThrow(failing('no-space', 'the disk is full'))
    expect(project.edits.ofTrack(keys[0]).keyframes).toEqual([{ frame: 1, x: 1, y: 1 }])
    connection.pragma('max_page_count = 1000000')
    attempt()
    expect(project.predictions.ids(runId)).toHaveLength(200)
    project.close()
  })

  const mount = spawnSync('sh', ['-c', 'd=$(mktemp -d) && mount -t tmpfs -o size=64k none $d && umount $d; rmdir $d']).status === 0
  it.skipIf(!mount)('a disk that really is full: making a project, and writing (needs the right to mount)', async () => {
    const disk = temporaryFolder()
    expect(spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'none', disk]).status).toBe(0)
    const project = await createProject(join(disk, 'p'))
    try {
      const video = project.videos.add(someVideo())
      const [track] = project.tracks.add(video.id, [{ frame: 0, x: 1, y: 1 }])
      const run = project.runs.create({ videoId: video.id, settings: presets.draft, queries: [], codeVersion: 'x' })
      const big = somePredictions(Array.from({ length: 4_000 }, (_, i) => ({ id: `t${i}`, frame: 0, x: 1, y: 1 })))
      expect(() => project.predictions.save(run.id, big)).toThrow(failing('no-space', 'the disk is full'))
      writeFileSync(join(disk, 'ballast'), Buffer.alloc(200_000))
      let kept = 0
      const fill = () => {
        for (; kept < 40; kept++) {
          project.gesture(() => {
            project.edits.setKeyframe(track.key, kept, kept, kept)
            project.settings.set(`notes ${kept}`, 'x'.repeat(100_000))
          })
        }
      }
      expect(fill).toThrow(failing('no-space', 'the disk is full'))
      expect(kept).toBeGreaterThan(2)
      expect(project.edits.ofTrack(track.key).keyframes).toHaveLength(kept)
      await expect(createProject(join(disk, 'q'), { fill: (q) => q.settings.set('a', 'x'.repeat(3_000_000)) })).rejects.toThrow(failing('no-space', 'full'))
      expect(readdirSync(disk).filter((name) => name.includes('q'))).toEqual([])
      rmSync(join(disk, 'ballast'))
      project.settings.set('again', true)
      project.close()
      const again = openProject(join(disk, 'p'))
      expect(again.edits.ofTrack(track.key).keyframes).toHaveLength(kept)
      expect(again.settings.get('again')).toBe(true)
      again.close()
    } finally {
      project.close()
      spawnSync('umount', [disk])
    }
  })

  it.skipIf(!canRunElsewhere)('a read-only folder can be read but not written, closed cleanly or not (needs another user where this one is root)', async () => {
    const { project, videoId } = await temporaryProject()
    project.close()
    const before = contentOf(project.folder)
    chmodSync(join(project.folder, '..'), 0o755)
    chmodSync(project.folder, 0o555)
    const folder = JSON.stringify(project.folder)
    const read = elsewhere(`console.log(openProjectReader(${folder}).tracks.list(${videoId}).length)`)
    expect(read).toEqual({ status: 0, output: '3\n' })
    const write = elsewhere(`try { openProject(${folder}) } catch (error) { console.log(error.code, error.subject, error.reason) }`)
    expect(write.output).toBe(`not-writable ${project.folder} no permission to write to it\n`)
    expect(contentOf(project.folder)).toEqual(before)
    const create = elsewhere(`const { createProject } = await import(${JSON.stringify(fileURLToPath(new URL('./createProject.ts', import.meta.url)))})
      await createProject(${JSON.stringify(join(project.folder, 'new'))}).catch((error) => console.log(error.code, error.subject))`)
    expect(create.output).toBe(`not-writable ${join(project.folder, 'new')}\n`)
    chmodSync(project.folder, 0o755)
  })
})

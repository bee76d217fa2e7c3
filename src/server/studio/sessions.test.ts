/** Projects and videos as they come and go: import, cancel, close, pictures, folders, settings of the user. */
import { existsSync, readdirSync } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { readNumber, writeNumberedClip } from '../../../test/builders/numberedFrames.ts'
import { FRAMES, SIZE, studioWithVideo, testStudio } from '../../../test/builders/studioForTests.ts'
import { temporaryFolder } from '../../../test/builders/temporaryProject.ts'
import { defaultSettings } from '../../shared/settings.ts'
import { openProject } from '../db/project.ts'

describe('projects and videos', { timeout: 60_000 }, () => {
  it('a project is made in the user’s data folder, under a name that is free, and listed', async () => {
    const { studio, home } = testStudio()
    const [first, second] = [await studio.handlers['project.create']({ name: 'Ants: run 1', folder: null }), await studio.handlers['project.create']({ name: 'Ants: run 1', folder: null })]
    expect([first.name, second.name]).toEqual(['Ants: run 1', 'Ants: run 1'])
    expect([first.folder, second.folder]).toEqual([join(home, 'projects', 'Ants run 1'), join(home, 'projects', 'Ants run 1 2')])
    expect((await studio.handlers['project.list'](null)).map(project => project.path).sort()).toEqual([first.folder, second.folder])
    await studio.handlers['project.forget']({ folder: first.folder })
    expect((await studio.handlers['project.list'](null)).map(project => project.path)).toEqual([second.folder])
    expect(existsSync(first.folder)).toBe(true)
    expect((await studio.handlers['project.rename']({ folder: second.folder, name: 'Bees' })).name).toBe('Bees')
    await expect(studio.handlers['project.create']({ name: '  ', folder: null })).rejects.toMatchObject({ code: 'usage' })
  })

  it('one server at a time writes a project; another is told who has it, and gets it once it is closed', async () => {
    const one = testStudio()
    const other = testStudio()
    const { folder } = await one.studio.handlers['project.create']({ name: 'Ants', folder: join(temporaryFolder(), 'ants') })
    expect(await one.studio.handlers['project.open']({ folder })).toMatchObject({ folder })
    await expect(other.studio.handlers['project.open']({ folder })).rejects.toMatchObject({ code: 'busy', subject: folder })
    await one.studio.handlers['project.close']({ folder })
    expect(await other.studio.handlers['project.open']({ folder })).toMatchObject({ name: 'Ants' })
    await expect(one.studio.handlers['video.open']({ project: folder, video: 1 })).rejects.toMatchObject({ code: 'busy' })
  })

  it('a video comes in as a job with progress, and a project event tells of it; the same file is the same video', async () => {
    const made = await studioWithVideo()
    const { studio, video, events } = made
    expect(events.some(event => event.kind === 'progress' && event.message.kind === 'progress' && event.message.phase === 'import')).toBe(true)
    const told = await made.event(event => event.kind === 'project' && event.project)
    expect(told.videos.map(record => [record.id, record.name, record.frameCount])).toEqual([[video.video, 'ants', FRAMES]])
    const again = await studio.handlers['video.add']({ project: video.project, path: told.videos[0].sourcePath })
    expect(await made.ended(again.id)).toMatchObject({ state: 'done', video: video.video })
    expect((await studio.handlers['project.open']({ folder: video.project })).videos).toHaveLength(1)
  })

  it('an import that is cancelled, or fails, leaves nothing', async () => {
    const made = testStudio()
    const folder = temporaryFolder()
    const clip = join(folder, 'long.mp4')
    await writeNumberedClip(clip, { frames: 200, width: 320, height: 240 })
    const { folder: project } = await made.studio.handlers['project.create']({ name: 'P', folder: join(folder, 'p') })
    const { id } = await made.studio.handlers['video.add']({ project, path: clip })
    await made.studio.handlers['job.cancel']({ id })
    expect((await made.ended(id)).state).toBe('cancelled')
    const bad = join(folder, 'bad.mp4')
    await writeFile(bad, 'no video at all')
    const failed = await made.ended((await made.studio.handlers['video.add']({ project, path: bad })).id)
    expect(failed).toMatchObject({ state: 'failed', error: { code: 'bad-video', subject: bad } })
    expect((await made.studio.handlers['project.open']({ folder: project })).videos).toEqual([])
    expect(readdirSync(join(project, 'frames'))).toEqual([])
  })

  it('a video that is removed takes its files along', async () => {
    const { studio, video, document } = await studioWithVideo()
    await document(video)
    expect((await studio.handlers['video.remove'](video)).videos).toEqual([])
    expect(readdirSync(join(video.project, 'frames'))).toEqual([])
    await expect(document(video)).rejects.toMatchObject({ code: 'not-found' })
    await expect(studio.image({ ...video, frame: 0, kind: 'frame' })).rejects.toMatchObject({ code: 'not-found' })
  })

  it('what stands in a project that another program changed is shown as it is then', async () => {
    const made = await studioWithVideo()
    const { studio, video } = made
    await made.document(video)
    await studio.handlers['project.close']({ folder: video.project })
    const project = openProject(video.project)
    project.tracks.add(video.video, [{ id: 'cli', frame: 2, x: 20, y: 30 }])
    project.close()
    expect((await made.document(video)).tracks.map(view => view.record.id)).toEqual(['cli'])
  })

  it('a field that takes long to load says how far it is', async () => {
    const made = await studioWithVideo()
    made.field.hold()
    await made.document(made.video)
    const field = (loading: boolean) => made.event(event => event.kind === 'field' && event.field.loading === loading && event.field.share === (loading ? 0.25 : null) && event.field)
    expect(await field(true)).toMatchObject({ state: 'none' })
    made.field.release()
    expect(await field(false)).toMatchObject({ state: 'flow' })
  })

  it('at most two fields are loaded at a time; one that had to make room is loaded again when it is needed', async () => {
    const made = await studioWithVideo()
    const { studio, video, field } = made
    const folder = temporaryFolder()
    const videos = [video]
    for (const name of ['bees', 'wasps']) {
      const path = join(folder, `${name}.mp4`)
      await writeNumberedClip(path, { frames: FRAMES, ...SIZE })
      const { video: id } = await made.ended((await studio.handlers['video.add']({ project: video.project, path })).id)
      videos.push({ project: video.project, video: id! })
    }
    for (const [n, each] of videos.entries()) {
      await made.document(each)
      await made.event(event => event.kind === 'field' && event.video === each.video && event.field.state === 'flow' && !event.field.loading)
      expect(field.alive()).toBeLessThanOrEqual(Math.min(2, n + 1))
    }
    const { keys: [key] } = await made.apply(video, { kind: 'addTracks', points: [{ frame: 0, x: 10, y: 40 }] })
    const track = await made.event(event => event.kind === 'document' && event.video === video.video && event.change.tracks.find(view => view.record.key === key && view.path))
    expect(track.path?.source).toBe('flow')
    expect(field.alive()).toBeLessThanOrEqual(2)
  })
})

describe('pictures', { timeout: 60_000 }, () => {
  const pixels = async (bytes: Uint8Array) => sharp(bytes).removeAlpha().raw().toBuffer({ resolveWithObject: true })

  it('each frame shows its own number, small ones too', async () => {
    const { studio, video } = await studioWithVideo()
    for (const frame of [0, 1, 17, FRAMES - 1]) {
      for (const kind of ['frame', 'thumb'] as const) {
        const { data, info } = await pixels((await studio.image({ ...video, frame, kind, side: 36 })).bytes)
        expect(readNumber(data, info)).toBe(frame)
        expect(info.height).toBe(kind === 'thumb' ? 36 : SIZE.height)
      }
    }
  })

  it('overlays come from the field once it is loaded; frames outside the clip and closed projects have none', async () => {
    const made = await studioWithVideo()
    const { studio, video } = made
    await expect(studio.image({ ...video, frame: 0, kind: 'flow' })).rejects.toMatchObject({ code: 'not-found' })
    await made.document(video)
    await made.event(event => event.kind === 'field' && event.field.state === 'flow' && !event.field.loading)
    const { mime, bytes } = await studio.image({ ...video, frame: 0, kind: 'flow' })
    expect([mime, [...(await pixels(bytes)).data]]).toEqual(['image/png', [255, 0, 0, 0, 255, 0]])
    await expect(studio.image({ ...video, frame: FRAMES, kind: 'frame' })).rejects.toMatchObject({ code: 'bad-query' })
    await expect(studio.image({ ...video, frame: 0, kind: 'frame' }, AbortSignal.abort())).rejects.toMatchObject({ code: 'cancelled' })
    await studio.handlers['project.close']({ folder: video.project })
    await expect(studio.image({ ...video, frame: 0, kind: 'frame' })).rejects.toMatchObject({ code: 'not-found' })
  })
})

describe('the user’s machine', () => {
  it('a folder lists folders first, by number, without what is hidden', async () => {
    const { studio } = testStudio()
    const folder = temporaryFolder()
    for (const name of ['b2', 'b10', '.hidden']) await mkdir(join(folder, name))
    for (const name of ['clip10.MP4', 'clip9.mov', 'tracks.pkl', 'notes.txt', '.secret']) await writeFile(join(folder, name), 'x')
    const { folder: project } = await studio.handlers['project.create']({ name: 'P', folder: join(folder, 'a project') })
    const listing = await studio.handlers['files.list']({ folder })
    expect(listing.entries.map(({ name, kind }) => [name, kind])).toEqual([
      ['a project', 'project'], ['b2', 'folder'], ['b10', 'folder'], ['clip9.mov', 'video'], ['clip10.MP4', 'video'], ['notes.txt', 'other'], ['tracks.pkl', 'tracks'],
    ])
    expect(listing.entries[0].path).toBe(project)
    expect((await studio.handlers['files.list']({ folder: listing.parent })).path).toBe(listing.parent)
    await expect(studio.handlers['files.list']({ folder: join(folder, 'none') })).rejects.toMatchObject({ code: 'not-found' })
    await expect(studio.handlers['files.list']({ folder: join(folder, 'notes.txt') })).rejects.toMatchObject({ code: 'not-found', reason: 'it is a file, not a folder' })
  })

  it('settings last, every window hears of them, and a damaged file is put aside', async () => {
    const made = testStudio()
    const { studio, home } = made
    expect(await studio.handlers['settings.read'](null)).toEqual(defaultSettings)
    const [, written] = await Promise.all([
      studio.handlers['settings.write']({ theme: 'dark' }),
      studio.handlers['settings.write']({ keys: { 'edit.undo': ['Mod+U'] }, view: { trails: true, length: 12 } }),
    ])
    expect(written).toEqual({ ...defaultSettings, theme: 'dark', keys: { 'edit.undo': ['Mod+U'] }, view: { trails: true, length: 12 } })
    expect(await made.event(event => event.kind === 'settings' && event.settings.theme === 'dark' && event.settings)).toBeTruthy()
    const next = testStudio({ home })
    expect(await next.studio.handlers['settings.read'](null)).toEqual(written)
    await writeFile(join(home, 'settings.json'), '{"theme": "dark", "keys')
    expect(await next.studio.handlers['settings.read'](null)).toEqual(defaultSettings)
    const kept = readdirSync(home).find(name => name.startsWith('settings.json.damaged'))
    expect(await readFile(join(home, kept!), 'utf8')).toContain('"dark"')
    await writeFile(join(home, 'settings.json'), '{"theme": 7, "keys": {"no.command": ["X"], "edit.redo": "Y"}, "hintsDone": ["drag"]}')
    expect(await next.studio.handlers['settings.read'](null)).toEqual({ ...defaultSettings, hintsDone: ['drag'] })
  })
})

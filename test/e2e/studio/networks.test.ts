import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { flowGraph } from '../../builders/onnxGraph.ts'
import { contentsOf, openSecondWindow, shownOf, type SecondWindow } from '../../builders/secondWindow.ts'
import { chromiumIsHere, startSpec, type StudioSpec } from '../../builders/servedStudio.ts'
import { placeOf, SCENE, smallScene, stateOf, type SmallScene } from '../../builders/smallScene.ts'
import { TrackState } from '../../../src/shared/tracks.ts'
import { Studio } from '../page-objects/studio.ts'

/** A known network that can be downloaded, from a mirror here. */
const KNOWN = 'RAFT, OpenCV zoo (2023aug), 480×360'

describe.skipIf(!chromiumIsHere)('networks and other trackers (needs /usr/bin/chromium)', () => {
  const network = flowGraph({ flow: [6, -3] })
  const sha256 = createHash('sha256').update(network).digest('hex')
  let spec: StudioSpec
  let scene: SmallScene
  let mirror: Server
  let page: Page
  let studio: Studio
  let complaints: string[]
  let second: SecondWindow
  beforeAll(async () => {
    spec = await startSpec()
    scene = await smallScene(spec, 'fast', 5)
    await writeFile(join(spec.folder, 'mine.onnx'), flowGraph({ flow: [6, -3], names: ['first', 'second'] }))
    mirror = createServer((_, response) => void response.writeHead(200, { 'content-length': network.length, etag: '"1"' }).end(network))
    await new Promise<void>(resolve => mirror.listen(0, '127.0.0.1', resolve))
    const { url } = await spec.serve({ project: scene.project })
    second = await openSecondWindow(url)
    const rows = [...scene.truth.ids.keys()].filter(row => stateOf(scene.truth, row, 0) === TrackState.visible).slice(0, 3)
    const points = rows.map(row => ({ frame: 0, ...placeOf(scene.truth, row, 0), name: `p${row}` }))
    await second.call('edit.apply', { video: { project: scene.project, video: 1 }, gesture: { kind: 'addTracks', points } });
    ({ page, complaints } = await spec.chromium.open(url))
    studio = new Studio(page)
    studio.canvas.sized(SCENE.width, SCENE.height)
    await studio.ready()
    await studio.dismissHints()
  }, 300_000)
  afterAll(async () => {
    second?.close()
    mirror?.closeAllConnections()
    mirror?.close()
    await spec?.close()
  })
  beforeEach(() => () => expect(complaints).toEqual([]))

  const document = () => second.document({ project: scene.project, video: 1 })

  test('a file is tested, installed and used; one that is downloaded after it takes its place', async () => {
    await studio.command('Networks')
    const { networks } = studio
    await networks.dialog.getByText('None is installed').waitFor()
    expect(await networks.add(join(spec.folder, 'mine.onnx'), 'Flow')).toContain('mine: ')
    await networks.row('mine').getByText('Installed, used').waitFor()
    await networks.row('mine').getByRole('button', { name: 'Verify mine' }).click()
    await networks.row('mine').getByText('The file is whole.').waitFor()
    const address = `http://127.0.0.1:${(mirror.address() as AddressInfo).port}/`
    // Not what its publisher states: refused and said on the row, nothing is kept.
    await networks.download(KNOWN, address)
    await expect.poll(() => networks.row(KNOWN).getByRole('alert').innerText(), { timeout: 60_000 }).toContain(`what came has sha256 ${sha256}`)
    expect(existsSync(join(spec.home, 'models/raft-opencv.onnx'))).toBe(false)
    await networks.download(KNOWN, address, sha256)
    await networks.row(KNOWN).getByText('Installed, used').waitFor()
    await networks.row('mine').getByText('Installed', { exact: true }).waitFor()
    await networks.close()
  })

  test('a fit is supervised by it, and its run says so', async () => {
    await studio.dialogs.optimise('Draft', { steps: 12, longSide: 96, supervision: 'Installed networks' })
    await studio.inspector.run(1).getByText('Supervised by installed networks: flow by raft-opencv').waitFor({ timeout: 120_000 })
    await expect.poll(async () => (await document()).field.state, { timeout: 60_000 }).toBe('fitted')
    const supervision = await second.call('run.supervision', { video: { project: scene.project, video: 1 }, runId: 1 })
    expect(supervision).toMatchObject({ by: 'learned', networks: [{ role: 'flow', name: 'raft-opencv', sha256 }] })
  })

  test('another tracker’s answer stands beside ours; a stretch of it is accepted, and given back', async () => {
    await studio.command('Track with another tracker')
    const compare = await studio.networks.track('Chained flow')
    await compare.click()
    const references = studio.inspector.section('References')
    expect(await references.getByRole('radio', { name: 'Chained flow tracker, 3 of 3' }).isChecked()).toBe(true)
    const before = await document()
    const key = before.tracks[1].record.key
    const { keys, tracks } = await second.call('review.tracks', { video: { project: scene.project, video: 1 }, reference: before.references[0].id })
    const row = keys.indexOf(key)
    await studio.timeline.marquee(8, 12, before.tracks[1].record.name)
    const decide = studio.inspector.section('Decide')
    await decide.getByRole('combobox', { name: 'Decide about' }).selectOption('Marked: frames 8–12')
    await decide.getByRole('button', { name: 'Accept its answer' }).click()
    await expect.poll(async () => (await document()).decisions).toMatchObject([{ key, first: 8, last: 12, verdict: 'accepted' }])
    const after = await document()
    const shown = shownOf(after.tracks[1], after.record)
    for (let frame = 8; frame <= 12; frame++) {
      const cell = row * tracks.frames + frame
      expect(shown.states[frame]).toBe(tracks.states[cell])
      expect(shown.positions[2 * frame]).toBeCloseTo(tracks.positions[2 * cell], 3)
      expect(shown.positions[2 * frame + 1]).toBeCloseTo(tracks.positions[2 * cell + 1], 3)
    }
    await studio.button('Undo').click()
    await expect.poll(async () => contentsOf(await document())).toEqual(contentsOf(before))
  })

  test('networks are removed once that is confirmed', async () => {
    await studio.command('Networks')
    for (const title of [KNOWN, 'mine']) await studio.networks.remove(title)
    await studio.networks.row('mine').waitFor({ state: 'detached' })
    await studio.networks.row(KNOWN).getByText('Can be downloaded').waitFor()
    expect((await second.call('models.list', null)).installed).toEqual([])
    await studio.networks.close()
  })
})

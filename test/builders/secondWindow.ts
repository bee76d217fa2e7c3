/**
 * A second window of a running server, without a page: what the first one did is read here from the server itself, to the bit.
 * Not here: doing anything that the page under test should do.
 */
import { openSocketLine } from '../../src/renderer/client/socketLine.ts'
import type { Rpc, RpcId, StudioEvent } from '../../src/shared/rpc.ts'
import { shownTrack, type ShownTrack } from '../../src/renderer/state/shownTrack.ts'
import type { TrackView, VideoDocument, VideoRef } from '../../src/shared/studio/document.ts'

export interface SecondWindow {
  call<Id extends RpcId>(id: Id, params: Rpc[Id]['params']): Promise<Rpc[Id]['result']>
  /** All events since it was opened. */
  readonly events: readonly StudioEvent[]
  document(ref: VideoRef): Promise<VideoDocument>
  close(): void
}

/** @throws Error where the server cannot be reached, or answers a call with an error. */
export async function openSecondWindow(url: string): Promise<SecondWindow> {
  const address = new URL('/rpc', url.replace(/^http/, 'ws'))
  address.search = new URL(url).search
  const line = openSocketLine(() => new WebSocket(address))
  if (!(await line.opened)) throw new Error(`no server answers at ${address.host}`)
  const events: StudioEvent[] = []
  line.subscribe(event => events.push(event))
  const call: SecondWindow['call'] = async (id, params) => {
    const reply = await line.call(id, params)
    if (!reply.ok) throw new Error(`${id}: ${reply.error.subject}: ${reply.error.reason}`)
    return reply.value
  }
  return { call, events, document: ({ project, video }) => call('video.open', { project, video }), close: () => line.close() }
}

/** What a person made and sees of the tracks, in a form that can be compared; revision and history are left out. */
export function contentsOf({ tracks, markers, decisions, field }: VideoDocument) {
  return { tracks: tracks.map(contentsOfTrack), markers, decisions, run: field.runId }
}

function contentsOfTrack({ record, edits, path }: TrackView) {
  return {
    record,
    keyframes: [...edits.keyframes],
    labels: [...edits.labels],
    path: path && { source: path.source, positions: Array.from(path.positions), states: Array.from(path.states), uncertainty: Array.from(path.uncertainty) },
  }
}

/** A track as the page draws it: its path with people's keyframes and labels over it. */
export function shownOf(view: TrackView, video: VideoDocument['record']): ShownTrack {
  return shownTrack(view, video)
}

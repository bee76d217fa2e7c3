import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { ProgressMessage } from '../../../shared/progress.ts'
import type { StudioEvent } from '../../../shared/rpc.ts'
import { JobBoard, type NewJob } from './jobBoard.ts'

const job: NewJob = { kind: 'optimise', project: '/p', video: 1, runId: 1, title: 'Optimise ants', settings: null }
const controls = { cancel: async () => {}, interrupt: async () => {} }
const count = (done: number): ProgressMessage => ({ kind: 'progress', phase: 'flow', done, total: 1_000, etaS: null })

let events: StudioEvent[]
let board: JobBoard

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] })
  events = []
  board = new JobBoard(event => events.push(event))
})
afterEach(() => vi.useRealTimers())

const counts = () => events.flatMap(event => (event.kind === 'progress' && event.message.kind === 'progress' ? [event.message.done] : []))

describe('the board of jobs', () => {
  it('passes at most ten counts a second on, the first at once and the last always', () => {
    const added = board.add(job, controls)
    for (let n = 1; n <= 1_000; n++) {
      added.tell(count(n))
      vi.advanceTimersByTime(1)
    }
    expect(counts().length).toBeLessThanOrEqual(11)
    expect(counts()[0]).toBe(1)
    vi.advanceTimersByTime(100)
    expect(counts().at(-1)).toBe(1_000)
    expect(counts()).toEqual([...new Set(counts())].sort((a, b) => a - b))
  })

  it('keeps order: what was held back comes before other messages and before the end', () => {
    const added = board.add(job, controls)
    added.tell(count(1))
    added.tell(count(2))
    added.tell({ kind: 'note', text: 'a note' })
    added.tell(count(3))
    added.tell({ kind: 'phase', phase: 'depth', label: 'Depth prior' })
    added.tell(count(4))
    added.end('done')
    vi.advanceTimersByTime(1_000)
    const told = events.flatMap(event => (event.kind === 'progress' ? [event.message.kind === 'progress' ? event.message.done : event.message.kind] : []))
    expect(told).toEqual([1, 2, 'note', 3, 'phase', 4, 'done'])
    expect(events.at(-1)).toMatchObject({ kind: 'job', job: { state: 'done', last: { done: 4 } } })
  })

  it('lists the active job first, then those that wait, then those that ended, the last first', () => {
    const [a, b, c, d] = ['a', 'b', 'c', 'd'].map(title => board.add({ ...job, title }, controls))
    a.end('failed', { error: { code: 'internal', subject: 'a', reason: 'r', next: 'n' } })
    b.end('cancelled')
    d.tell({ kind: 'phase', phase: 'flow', label: 'Optical flow' })
    expect(board.list.map(({ title, state }) => [title, state])).toEqual([['d', 'running'], ['c', 'queued'], ['b', 'cancelled'], ['a', 'failed']])
    expect(board.open('/p', 1)).toEqual([c, d])
    expect(board.open('/other')).toEqual([])
  })

  it('says what cannot be paused, and knows no job that it does not list', () => {
    const { view } = board.add(job, controls)
    expect(() => board.pause(view.id)).toThrow('cannot be paused')
    expect(() => board.pause(99)).toThrow('no longer listed')
  })
})

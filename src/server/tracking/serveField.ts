/**
 * The life of a live field's process: opens one field, answers questions in the order in which they come, and ends when it is closed
 * or the server is gone. Not here: the field itself (pipeline/liveField.ts), how messages travel (jobs/jobChannel.ts).
 */
import { openLiveField } from '../../pipeline/liveField.ts'
import { TaplineError, type ErrorRecord } from '../../shared/errors.ts'
import type { FieldTracker, FieldTrackerInput } from '../../shared/fieldTracker.ts'
import type { Progress } from '../../shared/progress.ts'
import { openFrames } from '../decode/openFrames.ts'
import { readCheckpoint } from '../jobs/checkpointFile.ts'
import type { FieldAnswer, FieldChannel, FieldQuestion, FieldRequest } from './fieldMessages.ts'
import { openToolbox } from './toolbox.ts'

/** Serves one field on a channel. Call once, at the top of the entry module. */
export function serveField(channel: FieldChannel): void {
  let field: FieldTracker | null = null
  let turn: Promise<unknown> = Promise.resolve()
  const serve = async (request: FieldRequest): Promise<void> => {
    switch (request.kind) {
      case 'open':
        if (field) throw new Error('a field process opens one field')
        try {
          field = await open(request.input, message => void channel.send({ kind: 'progress', message }))
          await channel.send({ kind: 'opened', field: field.kind })
        } catch (error) {
          await channel.send({ kind: 'failed', error: recordOf(error) })
          process.exit(0)
        }
        break
      case 'ask':
        try {
          if (!field) throw new Error('no field is open')
          await channel.send({ kind: 'answer', id: request.id, answer: await answer(field, request.question) })
        } catch (error) {
          await channel.send({ kind: 'refused', id: request.id, error: recordOf(error) })
        }
        break
      case 'close':
        await field?.close()
        process.exit(0)
    }
  }
  channel.onRequest(request => {
    turn = turn.then(() => serve(request))
  })
  channel.onClosed(() => process.exit(0))
  // Ctrl+C in a terminal reaches the whole group of processes: the server decides.
  process.on('SIGINT', () => {})
}

function answer(field: FieldTracker, question: FieldQuestion): Promise<FieldAnswer> {
  switch (question.kind) {
    case 'track':
      return field.track(question.asks)
    case 'preview':
      return field.preview(question.frame, question.x, question.y)
    case 'image':
      return field.image(question.image, question.frame)
  }
}

async function open(input: FieldTrackerInput, progress: Progress): Promise<FieldTracker> {
  const { framesFolder, cacheFolder, settings, runFolder, threads } = input
  const saved = runFolder === null ? null : await readCheckpoint(runFolder)
  if (runFolder !== null && !saved) throw new TaplineError('not-found', runFolder, 'the run left no checkpoint', 'Optimise the video again.')
  // Whoever does not want to wait ends the process.
  const { signal } = new AbortController()
  const frames = await openFrames(framesFolder, {
    longSide: settings.longSide,
    onProgress: (done, total) => progress({ kind: 'progress', phase: 'import', done, total, etaS: null }),
  })
  return openLiveField({ frames, settings, cacheFolder, threads, toolbox: await openToolbox(input), progress, signal, checkpoint: saved?.bytes ?? null })
}

function recordOf(error: unknown): ErrorRecord {
  if (error instanceof TaplineError) return error.toRecord()
  const reason = error instanceof Error ? error.message : String(error)
  return { code: 'internal', subject: 'live field', reason, next: 'Try again; if it stays, report it with this text.' }
}

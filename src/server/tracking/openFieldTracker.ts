/**
 * The server's side of a live field: a process of its own, questions to it and their answers. Not here: what answers (serveField.ts).
 * When the process dies, whatever was asked is refused with the reason, and the next question starts it anew.
 */
import { TaplineError } from '../../shared/errors.ts'
import type { FieldTracker, FieldTrackerInput, OpenFieldTracker } from '../../shared/fieldTracker.ts'
import type { Progress } from '../../shared/progress.ts'
import { forkProcess, type ProcessExit } from '../jobs/jobChannel.ts'
import type { FieldAnswer, FieldLink, FieldQuestion, FieldQuestionKind, FieldRequest, FieldResponse } from './fieldMessages.ts'

/** Starts a field's process as a child of this one. */
export function forkField(): FieldLink {
  return forkProcess<FieldRequest, FieldResponse>(new URL('./fieldProcess.ts', import.meta.url))
}

/** Opens live fields in processes that `start` starts. */
export function openFieldTracker(start: () => FieldLink = forkField): OpenFieldTracker {
  return async (input, { signal, progress }) => {
    let opening = FieldSession.open(start(), input, signal, progress)
    const { kind } = await opening
    let closed = false
    const living = async (): Promise<FieldSession> => {
      if (closed) throw closedError()
      const mine = opening
      const session = await mine.catch(() => null)
      if (session && !session.dead) return session
      // Of several who find it dead one starts it anew.
      if (opening === mine) opening = FieldSession.open(start(), input, new AbortController().signal, progress)
      return opening
    }
    const ask = async <Kind extends FieldQuestionKind>(question: FieldQuestion<Kind>): Promise<FieldAnswer<Kind>> => (await living()).ask(question)
    const previews = new Newest<FieldQuestion<'preview'>, FieldAnswer<'preview'>>(ask)
    const tracker: FieldTracker = {
      kind,
      track: asks => ask({ kind: 'track', asks }),
      preview: (frame, x, y) => previews.ask({ kind: 'preview', frame, x, y }),
      image: (image, frame) => ask({ kind: 'image', image, frame }),
      async close() {
        closed = true
        await (await opening.catch(() => null))?.close()
      },
    }
    return tracker
  }
}

const closedError = () => new TaplineError('cancelled', 'live field', 'it was closed', 'Open the video again.')

/** One question at a time; of those that come meanwhile only the newest is asked, the others get null. */
class Newest<Question, Answer> {
  readonly #ask: (question: Question) => Promise<Answer | null>
  #busy = false
  #waiting: { readonly question: Question; readonly reply: PromiseWithResolvers<Answer | null> } | null = null

  constructor(ask: (question: Question) => Promise<Answer | null>) {
    this.#ask = ask
  }

  async ask(question: Question): Promise<Answer | null> {
    if (this.#busy) {
      this.#waiting?.reply.resolve(null)
      const reply = Promise.withResolvers<Answer | null>()
      this.#waiting = { question, reply }
      return reply.promise
    }
    this.#busy = true
    try {
      const answer = await this.#ask(question)
      // Someone has moved on since: this answer is of the past.
      return this.#waiting ? null : answer
    } finally {
      this.#busy = false
      const next = this.#waiting
      this.#waiting = null
      if (next) this.ask(next.question).then(next.reply.resolve, next.reply.reject)
    }
  }
}

/** How long a process told to close may take. */
const CLOSE_MS = 2_000

/** One process with an open field. */
class FieldSession {
  readonly kind: FieldTracker['kind']
  dead = false
  readonly #link: FieldLink
  readonly #pending: Map<number, PromiseWithResolvers<FieldAnswer>>
  readonly #exited: Promise<ProcessExit>
  #asked = 0
  #closing = false

  /** @throws TaplineError; 'cancelled' when aborted, which ends the process. */
  static async open(link: FieldLink, input: FieldTrackerInput, signal: AbortSignal, progress: Progress): Promise<FieldSession> {
    const pending = new Map<number, PromiseWithResolvers<FieldAnswer>>()
    const opened = Promise.withResolvers<FieldTracker['kind']>()
    const exited = new Promise<ProcessExit>(resolve => link.onExit(resolve))
    link.onResponse(response => {
      if (response.kind === 'progress') progress(response.message)
      else if (response.kind === 'opened') opened.resolve(response.field)
      else if (response.kind === 'failed') opened.reject(TaplineError.fromRecord(response.error))
      else {
        const question = pending.get(response.id)
        pending.delete(response.id)
        if (response.kind === 'answer') question?.resolve(response.answer)
        else question?.reject(TaplineError.fromRecord(response.error))
      }
    })
    const onAbort = () => {
      opened.reject(new TaplineError('cancelled', 'live field', 'cancelled on request', 'Open the video again.'))
      link.kill()
    }
    signal.addEventListener('abort', onAbort, { once: true })
    void exited.then(exit => opened.reject(deathOf(exit)))
    if (signal.aborted) onAbort()
    else link.send({ kind: 'open', input })
    try {
      return new FieldSession(link, await opened.promise, pending, exited)
    } finally {
      signal.removeEventListener('abort', onAbort)
    }
  }

  private constructor(link: FieldLink, kind: FieldTracker['kind'], pending: Map<number, PromiseWithResolvers<FieldAnswer>>, exited: Promise<ProcessExit>) {
    this.kind = kind
    this.#link = link
    this.#pending = pending
    this.#exited = exited
    void exited.then(exit => {
      this.dead = true
      for (const question of pending.values()) question.reject(this.#closing ? closedError() : deathOf(exit))
      pending.clear()
    })
  }

  ask<Kind extends FieldQuestionKind>(question: FieldQuestion<Kind>): Promise<FieldAnswer<Kind>> {
    const reply = Promise.withResolvers<FieldAnswer>()
    const id = this.#asked++
    this.#pending.set(id, reply)
    this.#link.send({ kind: 'ask', id, question: question as FieldQuestion })
    return reply.promise as Promise<FieldAnswer<Kind>>
  }

  async close(): Promise<void> {
    if (this.dead) return
    this.#closing = true
    this.#link.send({ kind: 'close' })
    const killer = setTimeout(() => this.#link.kill(), CLOSE_MS)
    await this.#exited
    clearTimeout(killer)
  }
}

/** What is known of a field's process that ended without being told to. */
function deathOf({ exitCode, signal, stderr }: ProcessExit): TaplineError {
  const how = signal ? `was ended by ${signal}` : exitCode === null ? 'could not be started' : `ended with exit code ${exitCode}`
  const last = stderr.trim().split('\n').at(-1)
  return new TaplineError('internal', 'live field', `its process ${how}${last ? ` (${last})` : ''}`, 'Try again: it is started anew. If it dies again, report it with this text.')
}

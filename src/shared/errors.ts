/** What can go wrong for a person: the thing, the reason, the next step. Not for broken invariants, which throw Error. */

export type ErrorCode =
  | 'usage'
  | 'not-found'
  | 'bad-video'
  | 'bad-file'
  | 'bad-query'
  | 'bad-project'
  | 'no-space'
  | 'not-writable'
  | 'busy'
  | 'diverged'
  | 'cancelled'
  | 'unsupported'
  /** A device that computes failed: its driver was lost, its memory is full. What was saved can go on on another. */
  | 'device'
  | 'internal'

export interface ErrorRecord {
  readonly code: ErrorCode
  /** What it concerns: a path, a row, a track. */
  readonly subject: string
  readonly reason: string
  /** What the person can do now. */
  readonly next: string
}

export class TaplineError extends Error {
  readonly code: ErrorCode
  readonly subject: string
  readonly reason: string
  readonly next: string

  constructor(code: ErrorCode, subject: string, reason: string, next: string, options?: { cause?: unknown }) {
    super(`${subject}: ${reason}. ${next}`, options)
    this.name = 'TaplineError'
    this.code = code
    this.subject = subject
    this.reason = reason
    this.next = next
  }

  toRecord(): ErrorRecord {
    return { code: this.code, subject: this.subject, reason: this.reason, next: this.next }
  }

  static fromRecord(r: ErrorRecord): TaplineError {
    return new TaplineError(r.code, r.subject, r.reason, r.next)
  }
}

/** Throws TaplineError 'cancelled' if the signal is aborted. */
export function throwIfCancelled(signal: AbortSignal | undefined, subject: string): void {
  if (signal?.aborted) throw new TaplineError('cancelled', subject, 'cancelled on request', 'Run it again to go on from the last checkpoint.')
}

/** Turns errors of the operating system into ours, naming the path; passes every other error through. */
export function fromSystemError(error: unknown, subject: string): unknown {
  const code = (error as NodeJS.ErrnoException | undefined)?.code
  switch (code) {
    case 'ENOENT':
      return new TaplineError('not-found', subject, 'there is no such file or folder', 'Check the path.', { cause: error })
    case 'ENOSPC':
    case 'EDQUOT':
      return new TaplineError('no-space', subject, 'the disk is full', 'Free some space, then run it again: what was saved is kept.', { cause: error })
    case 'EROFS':
    case 'EACCES':
    case 'EPERM':
      return new TaplineError('not-writable', subject, 'no permission to read or write it', 'Choose another folder or change its permissions.', { cause: error })
    case 'ENOTDIR':
    case 'EEXIST':
      return new TaplineError('not-writable', subject, 'a file is in the way of a folder', 'Choose another path.', { cause: error })
    default:
      return error
  }
}

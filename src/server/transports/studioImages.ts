/** The studio's pictures as answers to requests, for both shells. Not here: how they are drawn (server/studio). */
import { TaplineError, type ErrorCode } from '../../shared/errors.ts'
import { parseImagePath, type ImageReply, type ImageRequest } from '../../shared/studio/images.ts'
import { confiningHeaders, refusal } from './pageFiles.ts'

export interface ImageStudio {
  image(request: ImageRequest, signal?: AbortSignal): Promise<ImageReply>
}

/** Overlays change with the field, frames do not; yet a project may make place for another of its name. */
const KEPT_S = 300

/** Where what is wrong tells more than "failed". */
const statuses: Partial<Record<ErrorCode, number>> = { usage: 400, 'not-found': 404, cancelled: 409, busy: 409, unsupported: 409, 'no-space': 507 }

/** The error as an answer: its record as JSON. */
export function errorAnswer(error: unknown, subject: string): Response {
  const record = error instanceof TaplineError
    ? error.toRecord()
    : { code: 'internal', subject, reason: error instanceof Error ? error.message : String(error), next: 'Try again; if it stays, report it with this text.' } as const
  return Response.json(record, { status: statuses[record.code] ?? 500, headers: confiningHeaders() })
}

/** The picture that an address stands for. `signal`: nobody waits for it any more. */
export async function studioImage(studio: ImageStudio, address: URL, signal?: AbortSignal): Promise<Response> {
  const request = parseImagePath(address)
  if (!request) return refusal(400, 'no such picture')
  try {
    const { mime, bytes } = await studio.image(request, signal)
    const fixed = request.kind === 'frame' || request.kind === 'thumb'
    return new Response(new Uint8Array(bytes), { headers: { ...confiningHeaders(), 'content-type': mime, 'cache-control': fixed ? `private, max-age=${KEPT_S}` : 'no-store' } })
  } catch (error) {
    return errorAnswer(error, `${request.kind} ${request.frame}`)
  }
}

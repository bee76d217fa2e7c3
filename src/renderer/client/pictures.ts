/** Fetches a picture's file, and says why there is none. Not here: its address, which is the shell's. */
import type { ErrorRecord } from '../../shared/errors.ts'

/** Rejects with an Error that gives the server's reason; with AbortError when aborted. */
export async function fetchPicture(url: string, signal?: AbortSignal): Promise<Blob> {
  const response = await fetch(url, { signal })
  if (response.ok) return response.blob()
  throw new Error(await reasonOf(response))
}

/** The reason that a refused request gives: a record of ours, or plain text. */
export async function reasonOf(response: { status: number; text(): Promise<string> }): Promise<string> {
  const text = await response.text()
  try {
    const { subject, reason, next } = JSON.parse(text) as ErrorRecord
    return `${subject}: ${reason}. ${next}`
  } catch {
    return text.trim() || `the server answered ${response.status}`
  }
}

/** Any error as a record that a window can show. */
import { TaplineError, type ErrorRecord } from '../../../shared/errors.ts'

export function errorRecord(error: unknown, subject: string): ErrorRecord {
  if (error instanceof TaplineError) return error.toRecord()
  const reason = error instanceof Error ? error.message : String(error)
  return { code: 'internal', subject, reason, next: 'Try again; if it stays, report it with this text.' }
}

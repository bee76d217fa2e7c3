/** An error on the thing that it concerns: what, why, what next; its details can be copied. */
import { Copy } from 'lucide-react'
import type { ErrorRecord } from '../../shared/errors.ts'
import type { RunError } from '../../shared/projectRecords.ts'
import { Button } from '../chrome/Button.tsx'
import { notify } from '../state/appStore.ts'

export function ErrorDetails({ error }: { readonly error: ErrorRecord | RunError }) {
  return (
    <div className="panel-error" role="alert">
      <p>
        {error.subject}: {error.reason}.
      </p>
      <p className="secondary">{error.next}</p>
      <Button kind="quiet" icon={Copy} onClick={() => void copyText(asText(error), 'Details copied')}>
        Copy details
      </Button>
    </div>
  )
}

/** All that is known about an error, for a report. */
export function asText(error: ErrorRecord | RunError): string {
  const lines = [`${error.subject}: ${error.reason}.`, error.next, `code: ${error.code}`]
  if ('exitCode' in error && error.exitCode !== undefined) lines.push(`exit code: ${error.exitCode}`)
  if ('signal' in error && error.signal) lines.push(`signal: ${error.signal}`)
  if ('details' in error && error.details) lines.push('', error.details)
  return lines.join('\n')
}

/** Copies and says so; where the browser refuses, it says that. */
export async function copyText(text: string, done: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text)
    notify({ tone: 'info', text: done })
  } catch (error) {
    notify({ tone: 'error', text: `Not copied: ${error instanceof Error ? error.message : String(error)}` })
  }
}

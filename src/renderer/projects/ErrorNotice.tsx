/** An error where the thing it concerns would be: what, why, what next. */
import type { ErrorRecord } from '../../shared/errors.ts'
import { Button } from '../chrome/Button.tsx'

export function ErrorNotice({ error, onRetry }: { error: ErrorRecord; onRetry: () => void }) {
  return (
    <section className="empty" role="alert">
      <h1>The projects cannot be listed</h1>
      <p>
        {error.subject}: {error.reason}.
      </p>
      <p className="secondary">{error.next}</p>
      <Button onClick={onRetry}>Try again</Button>
    </section>
  )
}

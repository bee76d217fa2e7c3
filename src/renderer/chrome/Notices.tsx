/** Notices over the window, at the lower right: quiet ones go by themselves, errors stay until they are dismissed. */
import { CircleAlert, CircleCheck, Copy, Info, X } from 'lucide-react'
import { useEffect, useState } from 'react'
import { dismissNotice, useApp, type Notice } from '../state/appStore.ts'
import { Button } from './Button.tsx'
import { IconButton } from './IconButton.tsx'
import './notices.css'

const STAYS_MS = 7000
const icons = { info: Info, done: CircleCheck, error: CircleAlert }

export function Notices() {
  const notices = useApp(state => state.notices)
  return (
    <section className="notices" aria-label="Notices" aria-live="polite">
      {notices.map(notice => (
        <NoticeBox key={notice.id} notice={notice} />
      ))}
    </section>
  )
}

function NoticeBox({ notice }: { notice: Notice }) {
  const { id, tone, text, error, action } = notice
  const [held, setHeld] = useState(false)
  useEffect(() => {
    if (tone === 'error' || held) return
    const timer = setTimeout(() => dismissNotice(id), STAYS_MS)
    return () => clearTimeout(timer)
  }, [id, tone, held])
  const Icon = icons[tone]
  return (
    <div className={`notice ${tone}`} role={tone === 'error' ? 'alert' : 'status'} onPointerEnter={() => setHeld(true)} onPointerLeave={() => setHeld(false)} onFocus={() => setHeld(true)} onBlur={() => setHeld(false)}>
      <Icon className="notice-sign" size={16} aria-hidden />
      <div className="notice-text">
        <p>{text}</p>
        {error?.next && <p className="secondary">{error.next}</p>}
        {(action || error) && (
          <div className="notice-actions">
            {action && (
              <Button
                onClick={() => {
                  dismissNotice(id)
                  action.run()
                }}
              >
                {action.label}
              </Button>
            )}
            {error && (
              <Button kind="quiet" icon={Copy} onClick={() => void navigator.clipboard.writeText(`${text} ${error.next} (${error.code})`)}>
                Copy
              </Button>
            )}
          </div>
        )}
      </div>
      <IconButton icon={X} size={14} label="Dismiss" onClick={() => dismissNotice(id)} />
    </div>
  )
}

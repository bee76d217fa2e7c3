/** Pages of which one is shown; arrows go from tab to tab. */
import { useId, useRef, type ReactNode } from 'react'
import './controls.css'

interface TabsProps<T extends string> {
  readonly label: string
  readonly value: T
  readonly tabs: readonly { readonly id: T; readonly label: string; readonly badge?: ReactNode }[]
  onChange(id: T): void
  /** The page shown. */
  readonly children: ReactNode
}

export function Tabs<T extends string>({ label, value, tabs, onChange, children }: TabsProps<T>) {
  const base = useId()
  const list = useRef<HTMLDivElement>(null)
  const go = (to: number) => {
    const at = (to + tabs.length) % tabs.length
    onChange(tabs[at].id)
    list.current?.querySelectorAll<HTMLElement>('[role=tab]')[at]?.focus()
  }
  return (
    <div className="tabs">
      <div
        ref={list}
        className="tab-list"
        role="tablist"
        aria-label={label}
        onKeyDown={event => {
          const at = tabs.findIndex(tab => tab.id === value)
          const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: tabs.length - 1 }[event.key]
          if (to === undefined) return
          event.preventDefault()
          go(to)
        }}
      >
        {tabs.map(tab => (
          <button
            key={tab.id}
            type="button"
            role="tab"
            id={`${base}-${tab.id}`}
            aria-selected={tab.id === value}
            aria-controls={`${base}-page`}
            tabIndex={tab.id === value ? 0 : -1}
            onClick={() => onChange(tab.id)}
          >
            {tab.label}
            {tab.badge !== undefined && <span className="tab-badge">{tab.badge}</span>}
          </button>
        ))}
      </div>
      <div className="tab-page" role="tabpanel" id={`${base}-page`} aria-labelledby={`${base}-${value}`}>
        {children}
      </div>
    </div>
  )
}

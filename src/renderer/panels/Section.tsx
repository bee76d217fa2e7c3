/** A named part of an inspector page. */
import { Fragment, useId, type ReactNode } from 'react'

interface SectionProps {
  readonly title: string
  /** Beside the title: a count, a button. */
  readonly aside?: ReactNode
  readonly children: ReactNode
}

export function Section({ title, aside, children }: SectionProps) {
  const id = useId()
  return (
    <section className="panel-section" aria-labelledby={id}>
      <header>
        <h3 id={id}>{title}</h3>
        {aside !== undefined && <div className="secondary aside">{aside}</div>}
      </header>
      {children}
    </section>
  )
}

/** Names and values in two columns. */
export function Facts({ children }: { readonly children: ReactNode }) {
  return <dl className="facts">{children}</dl>
}

export function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </>
  )
}

/** A path that can be selected, broken after its separators where it is long. */
export function Path({ path }: { readonly path: string }) {
  const parts = path.split(/(?<=[/\\])/)
  return (
    <span className="selectable">
      {parts.map((part, at) => (
        <Fragment key={parts.slice(0, at + 1).join('')}>
          {part}
          <wbr />
        </Fragment>
      ))}
    </span>
  )
}

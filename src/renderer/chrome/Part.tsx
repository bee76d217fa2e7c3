/** Holds one part of the window, so that its failure stays its own: says what broke where it stood, and can draw it anew. */
import { Component, type ReactNode } from 'react'
import { Button } from './Button.tsx'

interface PartProps {
  readonly name: string
  readonly children: ReactNode
}

export class Part extends Component<PartProps, { readonly problem: string | null }> {
  override state = { problem: null }

  static getDerivedStateFromError(error: unknown) {
    return { problem: error instanceof Error ? error.message : String(error) }
  }

  override render(): ReactNode {
    const { problem } = this.state
    if (problem === null) return this.props.children
    return (
      <section className="part-problem" role="alert">
        <p>
          {this.props.name} cannot be shown: {problem}.
        </p>
        <p className="secondary">Nothing saved is lost. Try again; if it stays, load the page anew.</p>
        <Button onClick={() => this.setState({ problem: null })}>Try again</Button>
      </section>
    )
  }
}

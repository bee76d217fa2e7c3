/** An address to read and copy: nothing of it is opened inside the app. */
import { Copy } from 'lucide-react'
import { IconButton } from '../chrome/IconButton.tsx'
import { copyText } from '../panels/ErrorDetails.tsx'
import { Path } from '../panels/Section.tsx'

export function Address({ text, name }: { readonly text: string; readonly name: string }) {
  return (
    <span className="network-address">
      <Path path={text} />
      <IconButton icon={Copy} size={14} label={`Copy ${name}`} onClick={() => void copyText(text, 'Copied')} />
    </span>
  )
}

/** A long list of equal rows in a box of its own: only those in view are in the page. Not here: selection; the list of tracks has its own. */
import { useRef, type ReactNode } from 'react'
import { useVirtualizer } from '@tanstack/react-virtual'

const ROW_PX = 24
const MOST_ROWS = 8

interface VirtualRowsProps<T> {
  readonly label: string
  readonly items: readonly T[]
  idOf(item: T): string | number
  renderRow(item: T): ReactNode
  /** Rows that the box is high at most. */
  readonly most?: number
}

export function VirtualRows<T>({ label, items, idOf, renderRow, most = MOST_ROWS }: VirtualRowsProps<T>) {
  const scroller = useRef<HTMLDivElement>(null)
  // Its functions are used in this component alone.
  // oxlint-disable-next-line react/incompatible-library
  const virtual = useVirtualizer({ count: items.length, getScrollElement: () => scroller.current, estimateSize: () => ROW_PX, overscan: 4 })
  return (
    <div ref={scroller} className="rows" style={{ height: Math.min(items.length, most) * ROW_PX }}>
      <ul aria-label={label} className="rows-all" style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map(({ index, start }) => (
          <li key={idOf(items[index])} className="rows-one" aria-setsize={items.length} aria-posinset={index + 1} style={{ transform: `translateY(${start}px)` }}>
            {renderRow(items[index])}
          </li>
        ))}
      </ul>
    </div>
  )
}

/** How clicks and arrow keys on a list change what is selected. Pure. The key added last is the main one (viewStore.mainSelection). */

export interface RowSelection {
  readonly selection: ReadonlySet<number>
  /** Where a range made with Shift begins; null: nowhere yet. */
  readonly anchor: number | null
}

export interface ClickKeys {
  readonly shift: boolean
  /** Ctrl, on macOS Cmd. */
  readonly toggle: boolean
}

/** The selection after a click on `key`; `order` are the keys of the rows as shown. */
export function clickRow({ selection, anchor }: RowSelection, order: readonly number[], key: number, { shift, toggle }: ClickKeys): RowSelection {
  if (shift && anchor !== null && order.includes(anchor)) {
    const range = rangeTo(order, anchor, key)
    return { selection: toggle ? new Set([...[...selection].filter(k => !range.includes(k)), ...range]) : new Set(range), anchor }
  }
  if (toggle) {
    const next = new Set(selection)
    if (!next.delete(key)) next.add(key)
    return { selection: next, anchor: key }
  }
  return { selection: new Set([key]), anchor: key }
}

/** From the anchor to `key`, both included, `key` last. */
function rangeTo(order: readonly number[], anchor: number, key: number): number[] {
  const from = order.indexOf(anchor)
  const to = order.indexOf(key)
  return from <= to ? order.slice(from, to + 1) : order.slice(to, from + 1).reverse()
}

/** The row `by` rows from the main one, kept inside the list; from nowhere, the first or the last. Null in an empty list. */
export function rowBeside(order: readonly number[], main: number | null, by: number): number | null {
  if (order.length === 0) return null
  const at = main === null ? -1 : order.indexOf(main)
  if (at < 0) return by > 0 ? order[0] : order[order.length - 1]
  return order[Math.max(0, Math.min(order.length - 1, at + by))]
}

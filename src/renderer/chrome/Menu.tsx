/**
 * Menus made from data: under a button (Menu), at the mouse (ContextMenu), in a row (MenuBar). Items are asked for when a menu opens, so
 * they say what can be done then. Not here: which commands there are (commands/commandItems.ts).
 */
import { Check, ChevronRight, type LucideIcon } from 'lucide-react'
import { ContextMenu as Context, DropdownMenu as Dropdown, Menubar } from 'radix-ui'
import { createElement, Fragment, useState, type ReactElement, type ReactNode } from 'react'
import './menu.css'
import { usePortal } from './portal.ts'

export interface MenuAction {
  readonly label: string
  readonly icon?: LucideIcon
  /** As people read them: "Ctrl+Z". */
  readonly keys?: string
  /** Said smaller, behind the label. */
  readonly detail?: string
  readonly enabled?: boolean
  /** Present: the item has a tick or a place for one. */
  readonly checked?: boolean
  readonly danger?: boolean
  run(): void
}

export type MenuEntry =
  | MenuAction
  | { readonly label: string; readonly icon?: LucideIcon; readonly enabled?: boolean; readonly submenu: readonly MenuEntry[] }
  | { readonly heading: string }
  | 'separator'

type Parts = Pick<typeof Dropdown, 'Item' | 'CheckboxItem' | 'ItemIndicator' | 'Separator' | 'Label' | 'Sub' | 'SubTrigger' | 'SubContent' | 'Portal'>

function Entries({ parts, entries }: { parts: Parts; entries: readonly MenuEntry[] }) {
  // Entries have no identity of their own: a menu is drawn once, when it opens.
  return createElement(Fragment, null, ...entries.map(entry => renderEntry(parts, entry)))
}

function renderEntry(parts: Parts, entry: MenuEntry): ReactNode {
  if (entry === 'separator') return <parts.Separator className="menu-separator" />
  if ('heading' in entry) return <parts.Label className="menu-heading">{entry.heading}</parts.Label>
  if ('submenu' in entry) return <Submenu parts={parts} entry={entry} />
  const { label, icon: Icon, keys, detail, enabled = true, checked, danger, run } = entry
  const inside = (
    <>
      <span className="menu-sign">{checked === undefined && Icon && <Icon size={14} aria-hidden />}</span>
      <span className="menu-label">
        {label}
        {detail && <span className="menu-detail">{detail}</span>}
      </span>
      {keys && <kbd>{keys}</kbd>}
    </>
  )
  const common = { className: `menu-item ${danger ? 'danger' : ''}`, disabled: !enabled, onSelect: run, textValue: label }
  return checked === undefined ? (
    <parts.Item {...common}>{inside}</parts.Item>
  ) : (
    <parts.CheckboxItem {...common} checked={checked}>
      <parts.ItemIndicator className="menu-tick">
        <Check size={14} aria-hidden />
      </parts.ItemIndicator>
      {inside}
    </parts.CheckboxItem>
  )
}

function Submenu({ parts, entry }: { parts: Parts; entry: Extract<MenuEntry, { submenu: unknown }> }) {
  const container = usePortal()
  const { label, icon: Icon, enabled = true, submenu } = entry
  return (
    <parts.Sub>
      <parts.SubTrigger className="menu-item" disabled={!enabled} textValue={label}>
        <span className="menu-sign">{Icon && <Icon size={14} aria-hidden />}</span>
        <span className="menu-label">{label}</span>
        <ChevronRight size={14} aria-hidden />
      </parts.SubTrigger>
      <parts.Portal container={container}>
        <parts.SubContent className="menu" collisionPadding={8} alignOffset={-5}>
          <Entries parts={parts} entries={submenu} />
        </parts.SubContent>
      </parts.Portal>
    </parts.Sub>
  )
}

export interface MenuProps {
  /** Name of the menu. */
  readonly label: string
  /** The button that opens it: takes props and a ref. */
  readonly trigger: ReactElement
  entries(): readonly MenuEntry[]
  readonly align?: 'start' | 'center' | 'end'
  readonly side?: 'top' | 'bottom'
}

export function Menu({ label, trigger, entries, align = 'start', side = 'bottom' }: MenuProps) {
  const container = usePortal()
  const [open, setOpen] = useState(false)
  return (
    <Dropdown.Root modal={false} open={open} onOpenChange={setOpen}>
      <Dropdown.Trigger asChild>{trigger}</Dropdown.Trigger>
      <Dropdown.Portal container={container}>
        <Dropdown.Content className="menu" aria-label={label} align={align} side={side} sideOffset={4} collisionPadding={8} loop>
          {open && <Entries parts={Dropdown} entries={entries()} />}
        </Dropdown.Content>
      </Dropdown.Portal>
    </Dropdown.Root>
  )
}

export interface ContextMenuProps {
  readonly label: string
  /** Asked when it opens, with the place on the screen; none: no menu. */
  entries(at: { readonly x: number; readonly y: number }): readonly MenuEntry[]
  /** One element that takes props and a ref. */
  readonly children: ReactElement
}

export function ContextMenu({ label, entries, children }: ContextMenuProps) {
  const container = usePortal()
  const [shown, setShown] = useState<readonly MenuEntry[]>([])
  return (
    <Context.Root modal={false}>
      <Context.Trigger
        asChild
        onContextMenu={event => {
          const next = entries({ x: event.clientX, y: event.clientY })
          setShown(next)
          // Radix opens unless the event was prevented; the browser's own menu must stay away too.
          if (next.length === 0) event.preventDefault()
        }}
      >
        {children}
      </Context.Trigger>
      <Context.Portal container={container}>
        <Context.Content className="menu" aria-label={label} collisionPadding={8} loop>
          <Entries parts={Context} entries={shown} />
        </Context.Content>
      </Context.Portal>
    </Context.Root>
  )
}

export interface MenuBarProps {
  readonly label: string
  readonly menus: readonly { readonly name: string; entries(): readonly MenuEntry[] }[]
}

/** Menus side by side; left and right arrows go from one to the next. */
export function MenuBar({ label, menus }: MenuBarProps) {
  const [open, setOpen] = useState('')
  return (
    <Menubar.Root className="menu-bar" aria-label={label} value={open} onValueChange={setOpen} loop>
      {menus.map(({ name, entries }) => (
        <Menubar.Menu key={name} value={name}>
          <Menubar.Trigger className="menu-bar-item">{name}</Menubar.Trigger>
          <Menubar.Portal>
            <Menubar.Content className="menu" aria-label={name} align="start" sideOffset={4} collisionPadding={8} loop>
              {open === name && <Entries parts={Menubar} entries={entries()} />}
            </Menubar.Content>
          </Menubar.Portal>
        </Menubar.Menu>
      ))}
    </Menubar.Root>
  )
}

/** Electron's menu from menuTemplate.ts; choices go to the page as events. Not here: what stands in it. */
import { app, Menu, type MenuItemConstructorOptions, type WebContents } from 'electron'
import type { CommandId } from '../shared/commands.ts'
import type { StudioEvent } from '../shared/rpc.ts'
import { menuTemplate, type MenuEntry, type MenuInput } from './menuTemplate.ts'

export interface MenuHooks {
  tell(event: StudioEvent): void
  /** The page in front; null where there is none. */
  page(): WebContents | null
}

/** What the keys of these do in a text field. */
const editing: Partial<Record<CommandId, 'undo' | 'redo' | 'copy' | 'paste' | 'selectAll'>> = {
  'edit.undo': 'undo', 'edit.redo': 'redo', 'edit.copyLabels': 'copy', 'edit.pasteLabels': 'paste', 'edit.selectAll': 'selectAll',
}

export function showMenu(input: MenuInput, hooks: MenuHooks): void {
  app.setAboutPanelOptions({ applicationName: 'Tapline', applicationVersion: app.getVersion() })
  Menu.setApplicationMenu(Menu.buildFromTemplate(menuTemplate(input).map(entry => itemOf(entry, input.platform, hooks))))
}

function itemOf(entry: MenuEntry, platform: NodeJS.Platform, hooks: MenuHooks): MenuItemConstructorOptions {
  switch (entry.kind) {
    case 'separator':
      return { type: 'separator' }
    case 'role':
      return { role: entry.role, ...(entry.hidden && { visible: false, acceleratorWorksWhenHidden: true }) }
    case 'menu':
      return { label: entry.label, role: entry.role, submenu: entry.entries.map(inner => itemOf(inner, platform, hooks)) }
    case 'recent': {
      const { name, folder } = entry.entry
      return { label: literal(name), toolTip: folder, click: () => hooks.tell({ kind: 'openFile', path: folder }) }
    }
    case 'command': {
      const { id, label, keys } = entry
      return {
        id,
        label,
        ...(keys && { accelerator: keys }),
        // Shown only: the page hears keys itself, wherever the menu bar leaves them to it.
        registerAccelerator: platform === 'darwin',
        click(_item, _window, { triggeredByAccelerator }) {
          const text = editing[id]
          const page = hooks.page()
          // On macOS the page hears keys first. One that comes on to the menu was typed in a text field.
          if (triggeredByAccelerator && text && page) page[text]()
          else hooks.tell({ kind: 'command', id })
        },
      }
    }
  }
}

/** An ampersand would underline the letter after it. */
const literal = (text: string) => text.replaceAll('&', '&&')

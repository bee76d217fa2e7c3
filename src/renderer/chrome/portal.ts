/** Where menus and popovers are put: in the dialog they belong to, since a modal dialog makes everything else unreachable. */
import { createContext, useContext } from 'react'

export const PortalContext = createContext<HTMLElement | null>(null)

/** Undefined: the page's body. */
export const usePortal = (): HTMLElement | undefined => useContext(PortalContext) ?? undefined

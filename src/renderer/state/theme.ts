/** The theme that the user chose, on <html>; 'system' leaves the choice to the system. */
import { useApp } from './appStore.ts'

export function keepTheme(): () => void {
  const show = () => {
    const { theme } = useApp.getState().settings
    if (theme === 'system') delete document.documentElement.dataset.theme
    else document.documentElement.dataset.theme = theme
  }
  show()
  return useApp.subscribe(show)
}

/** How a page looks, in figures: contrast of its text, what is cut off. Not here: what it does. */
import type { Page } from 'playwright-core'

/**
 * The lowest contrast of any text within `within` to what lies behind it, by the WCAG formula, and the text that has it. What is off
 * (disabled) is left out, as WCAG does.
 */
export function lowestContrast(page: Page, within = 'body'): Promise<{ ratio: number; text: string }> {
  return page.evaluate(async within => {
    // Colours on their way from one to another are nobody's choice.
    await Promise.allSettled(document.getAnimations().filter(animation => animation instanceof CSSTransition).map(animation => animation.finished))
    const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true })!
    // The browser resolves whatever way a colour is written in.
    const rgba = (colour: string): number[] => {
      canvas.clearRect(0, 0, 1, 1)
      canvas.fillStyle = colour
      canvas.fillRect(0, 0, 1, 1)
      return [...canvas.getImageData(0, 0, 1, 1).data]
    }
    const luminance = (colour: string) => {
      const [r = 0, g = 0, b = 0] = rgba(colour).map(c => (c / 255 <= 0.04045 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4))
      return 0.2126 * r + 0.7152 * g + 0.0722 * b
    }
    const behind = (element: Element | null): string => {
      if (!element) return 'rgb(255, 255, 255)'
      const { backgroundColor } = getComputedStyle(element)
      return rgba(backgroundColor)[3] < 128 ? behind(element.parentElement) : backgroundColor
    }
    let lowest = { ratio: Infinity, text: '' }
    for (const element of document.querySelectorAll(`${within}, ${within} *`)) {
      const text = [...element.childNodes].filter(n => n.nodeType === Node.TEXT_NODE).map(n => n.textContent?.trim()).join('')
      if (!text || !element.checkVisibility() || element.closest('[aria-disabled=true], [data-disabled], :disabled, option, .unseen')) continue
      const [a, b] = [luminance(getComputedStyle(element).color), luminance(behind(element))]
      const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05)
      if (ratio < lowest.ratio) lowest = { ratio, text }
    }
    return lowest
  }, within)
}

/** Names of controls and headings of which a part lies outside the window or of what clips them. */
export function cutOff(page: Page, within = 'body'): Promise<string[]> {
  return page.evaluate(within => {
    const named = [...document.querySelectorAll(`${within} :is(button, input, select, h1, h2, a)`)].filter(element => element.checkVisibility() && !element.closest('.unseen'))
    return named.flatMap(element => {
      const box = element.getBoundingClientRect()
      if (box.width === 0 || (box.left >= -0.5 && box.top >= -0.5 && box.right <= innerWidth + 0.5 && box.bottom <= innerHeight + 0.5)) return []
      return [element.getAttribute('aria-label') ?? element.textContent ?? element.tagName]
    })
  }, within)
}

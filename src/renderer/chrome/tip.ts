/** Attributes that give an element a tooltip; TooltipLayer shows it. */
export function tip(text: string | undefined, keys?: string): { 'data-tip'?: string; 'data-tip-keys'?: string } {
  return { ...(text && { 'data-tip': text }), ...(keys && { 'data-tip-keys': keys }) }
}

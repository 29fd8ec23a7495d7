/**
 * Whoever uses a keyboard or a screen reader stands on the focused element. When it goes, as a button does with the
 * row that it deletes, browsers set them down at the beginning of the page; this sets them down beside it.
 */
export function keepFocus(root: HTMLElement): void {
  /** The focused element and what it stands in, from the inside out. */
  let path: readonly Element[] = [];
  // Who clicks beside it does not want it back.
  document.addEventListener('pointerdown', () => {
    path = [];
  });
  document.addEventListener('focusin', ({ target }) => {
    path = target instanceof Element ? pathOf(target, root) : [];
  });

  new MutationObserver(() => {
    const [focused, ...around] = path;
    if (!focused || focused.isConnected || document.activeElement !== document.body) return;
    const next = around.find((element) => element.isConnected);
    if (!(next instanceof HTMLElement)) return;
    // Not a stop of the Tab key.
    if (!next.hasAttribute('tabindex')) next.tabIndex = -1;
    next.focus({ preventScroll: true });
  }).observe(root, { childList: true, subtree: true });
}

function pathOf(element: Element, root: Element): Element[] {
  const path: Element[] = [];
  for (let at: Element | null = element; at && at !== root; at = at.parentElement) path.push(at);
  return path;
}

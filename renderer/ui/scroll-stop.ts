/**
 * Makes an area that scrolls a tab stop as long as its content is longer than it, so that keys scroll it where nothing in
 * it can be pressed. An attachment: it returns its end.
 */
export const scrollStop = (area: HTMLElement): (() => void) => {
  const update = (): void => {
    if (area.scrollHeight > area.clientHeight) area.tabIndex = 0;
    else area.removeAttribute('tabindex');
  };
  const sizes = new ResizeObserver(update);
  const watch = (): void => {
    sizes.disconnect();
    sizes.observe(area);
    for (const child of area.children) sizes.observe(child);
  };
  // Children that come later have a size as well.
  const children = new MutationObserver(watch);
  children.observe(area, { childList: true });
  watch();
  return () => {
    sizes.disconnect();
    children.disconnect();
  };
};

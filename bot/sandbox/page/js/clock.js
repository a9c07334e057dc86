let aheadMs = 0;

/** The sandbox's time may run ahead of the browser's: somebody can move it forward. */
export function setClock(now) {
  aheadMs = Date.parse(now) - Date.now();
}

export const now = () => Date.now() + aheadMs;

/** How long until then, as 1:05, or null when it is over. */
export function left(until) {
  const seconds = Math.round((Date.parse(until) - now()) / 1000);
  if (seconds <= 0) return null;
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

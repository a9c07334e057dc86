/** A checkout page sends people back to Telegram: here that is the chat which opened it. */
const to = new URLSearchParams(location.search).get("to") ?? "";

if (window.parent === window) location.replace("/");
else window.parent.postMessage({ kind: "t.me", url: to }, location.origin);

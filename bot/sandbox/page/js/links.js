import { make } from "./dom.js";
import { confirmOutside } from "./overlay.js";

const TELEGRAM = new Set(["t.me", "telegram.me", "telegram.dog"]);
const LOOPBACK = new Set(["localhost", "127.0.0.1", "[::1]"]);

/** What a link means inside Telegram. */
export function meaning(url, username) {
  const address = parse(url);
  if (!address) return { kind: "outside", url };
  if (address.protocol === "tg:") return resolveTg(address, username);
  if (TELEGRAM.has(address.hostname)) return resolveTelegram(address, username);
  if (isHere(address)) return { kind: "inside", url: `${location.origin}${address.pathname}${address.search}${address.hash}` };
  return { kind: "outside", url: address.href };
}

/** localhost and 127.0.0.1 are one machine, but two origins to a browser. */
const isHere = ({ hostname, port }) => port === location.port && (hostname === location.hostname || (LOOPBACK.has(hostname) && LOOPBACK.has(location.hostname)));

function parse(url) {
  try {
    return new URL(url, location.origin);
  } catch {
    return null;
  }
}

function resolveTg(address, username) {
  if (address.hostname === "invoice") return { kind: "invoice", slug: address.searchParams.get("slug") };
  return address.searchParams.get("domain")?.toLowerCase() === username.toLowerCase() ? { kind: "start", payload: address.searchParams.get("start") ?? "" } : { kind: "outside", url: address.href };
}

function resolveTelegram(address, username) {
  const [first, second] = address.pathname.slice(1).split("/");
  if (first?.startsWith("$")) return { kind: "invoice", slug: first.slice(1) };
  if (first === "invoice") return { kind: "invoice", slug: second };
  if (first?.toLowerCase() === username.toLowerCase()) return { kind: "start", payload: address.searchParams.get("start") ?? "" };
  return { kind: "outside", url: address.href };
}

/** Do what Telegram would: pay an invoice, start the bot, open its own browser, or ask first. */
export async function open(url, chat) {
  const meant = meaning(url, chat.bot.username);
  if (meant.kind === "invoice") return chat.pay({ slug: meant.slug });
  if (meant.kind === "start") return chat.start(meant.payload);
  if (meant.kind === "inside") return browse(meant.url, chat);
  return (await confirmOutside(meant.url)) && window.open(meant.url, "_blank", "noopener");
}

/** The browser inside the chat: the stand-ins' checkout pages open here. */
export function browse(url, chat) {
  chat.element.querySelector(".browser")?.remove();
  const frame = make("iframe", { src: url, title: "Page opened from the chat" });
  const close = () => (sheet.remove(), removeEventListener("message", back));
  const back = (event) => {
    if (event.origin !== location.origin || event.source !== frame.contentWindow || event.data?.kind !== "t.me") return;
    close();
    open(event.data.url, chat);
  };
  const title = make("b", {}, "…");
  frame.addEventListener("load", () => settle(frame, title, (to) => (close(), open(to, chat))));
  const sheet = make(
    "section",
    { class: "browser", "aria-label": "Browser inside the chat", onkeydown: (event) => event.key === "Escape" && close() },
    make("header", {}, make("button", { class: "icon", type: "button", "aria-label": "Close the page", onclick: close }, "✕"), make("div", {}, title, make("small", {}, new URL(url).pathname)), make("a", { class: "icon", href: url, target: "_blank", rel: "noopener", "aria-label": "Open in a new tab" }, "↗")),
    frame,
  );
  addEventListener("message", back);
  chat.element.append(sheet);
  sheet.querySelector("button").focus();
}

function settle(frame, title, leave) {
  const inside = frame.contentDocument;
  title.textContent = inside?.title || "Page";
  inside?.addEventListener("click", (event) => {
    const to = event.target.closest?.("a[href]")?.href;
    if (!to || !TELEGRAM.has(new URL(to).hostname)) return;
    event.preventDefault();
    leave(to);
  });
}

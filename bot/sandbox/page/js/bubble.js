import { clockOf, make } from "./dom.js";
import { words } from "./entities.js";
import { inlineKeys } from "./keys.js";

/** One message as an element. */
export function bubble(message, chat) {
  const told = serviceLine(message);
  if (told) return make("li", { class: "service", data: { id: message.message_id } }, told);
  return make(
    "li",
    { class: `message${message.outgoing ? " is-own" : ""}`, data: { id: message.message_id } },
    box(message, chat),
    inlineKeys(message, chat),
  );
}

function box(message, chat) {
  const meta = metaLine(message);
  const said = make("div", { class: "bubble" }, quote(message, chat), photo(message, chat), file(message), bill(message), text(message, chat));
  said.style.setProperty("--meta", `${meta.textContent.length * 6.2 + 14}px`);
  const answer = make("button", { class: "tools", type: "button", title: "Reply", "aria-label": "Reply", onclick: () => chat.answer(message) }, "↩");
  said.append(meta, reaction(message) ?? "", answer);
  said.addEventListener("dblclick", () => chat.answer(message));
  return said;
}

function text(message, chat) {
  const said = message.text ?? message.caption ?? "";
  return make("div", { class: "words" }, words(said, message.entities ?? message.caption_entities, chat.does));
}

function metaLine(message) {
  const ticks = message.outgoing ? " ✓✓" : "";
  return make("span", { class: "meta" }, `${message.edit_date ? "edited " : ""}${clockOf(message.date)}${ticks}`);
}

function reaction(message) {
  const faces = (message.reaction ?? []).map((one) => one.emoji ?? one).join(" ");
  return faces ? make("span", { class: "reaction" }, faces) : null;
}

function quote(message, chat) {
  const about = message.reply_to_message;
  if (!about) return null;
  const jump = () => chat.jump(about.message_id);
  const author = about.outgoing || about.from?.is_bot === false ? chat.person.first_name : chat.bot.first_name;
  return make("button", { class: "quote", type: "button", onclick: jump }, make("b", {}, author), make("span", {}, gist(about)));
}

/** A message in a few words, for previews. */
export function gist(message) {
  if (message.text ?? message.caption) return (message.text ?? message.caption).split("\n")[0];
  if (message.photo) return "🖼 Photo";
  if (message.invoice) return `🧾 ${message.invoice.title}`;
  return message.document ? `📎 ${message.document.file_name ?? "File"}` : "Message";
}


function photo(message, chat) {
  if (!message.photo) return null;
  const address = message.file_url;
  const image = make("img", { src: address, alt: message.caption ? "Photo" : "Photo without caption", onload: () => chat.settle() });
  return make("button", { class: "photo", type: "button", "aria-label": "Enlarge the photo", onclick: () => chat.enlarge(address) }, image);
}

function file(message) {
  const sent = message.document;
  if (!sent) return null;
  const size = sent.file_size ? `${(sent.file_size / 1024).toFixed(1)} kB` : "";
  return make(
    "a",
    { class: "file", href: message.file_url, download: sent.file_name ?? "file" },
    make("i", { "aria-hidden": "true" }, "⬇"),
    make("span", {}, make("b", {}, sent.file_name ?? "file"), make("small", {}, size)),
  );
}

function bill(message) {
  if (!message.invoice) return null;
  const { title, description, currency, total_amount: amount } = message.invoice;
  return make("div", { class: "bill" }, make("b", {}, title), make("span", {}, description), make("br"), make("strong", {}, priceOf(currency, amount)));
}

export const priceOf = (currency, amount) =>
  currency === "XTR" ? `⭐ ${amount}` : new Intl.NumberFormat([], { style: "currency", currency }).format(amount / 100);

function serviceLine(message) {
  if (message.successful_payment) {
    const { currency, total_amount: amount } = message.successful_payment;
    return `You paid ${priceOf(currency, amount)}`;
  }
  if (message.refunded_payment) {
    const { currency, total_amount: amount } = message.refunded_payment;
    return `${priceOf(currency, amount)} came back to you`;
  }
  if (message.pinned_message) return `pinned “${gist(message.pinned_message)}”`;
  return null;
}

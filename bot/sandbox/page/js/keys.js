import { copy, make } from "./dom.js";

const WAIT_MS = 15_000;
const CORNERS = { url: "↗", copy_text: "", web_app: "↗", pay: "", switch_inline_query_current_chat: "@" };

/** The buttons under a message. */
export function inlineKeys(message, chat) {
  const rows = message.reply_markup?.inline_keyboard;
  if (!rows?.length) return null;
  return make("div", { class: "keys" }, rows.map((row, y) => make("div", {}, row.map((key, x) => inlineKey(key, y, x, message, chat)))));
}

function inlineKey(key, row, column, message, chat) {
  const kind = Object.keys(CORNERS).find((name) => name in key);
  return make(
    "button",
    { class: "key", type: "button", data: { style: key.style ?? "", row: row, column: column }, title: titleOf(key), onclick: (event) => press(key, row, column, message, chat, event.currentTarget) },
    key.text,
    kind ? make("span", { class: "corner", data: { kind }, "aria-hidden": "true" }, CORNERS[kind]) : null,
  );
}

function titleOf(key) {
  if (key.url) return key.url;
  if (key.copy_text) return `Copies: ${key.copy_text.text}`;
  return key.callback_data ? `callback: ${key.callback_data}` : "";
}

async function press(key, row, column, message, chat, element) {
  if (key.url) return chat.does.open(key.url);
  if (key.web_app) return chat.does.open(key.web_app.url);
  if (key.pay) return chat.pay({ message_id: message.message_id, ...message.invoice });
  if (key.copy_text) return copy(key.copy_text.text).then(() => chat.does.tell(`Copied: ${key.copy_text.text}`));
  if ("switch_inline_query_current_chat" in key) return chat.composer.write(`@${chat.bot.username} ${key.switch_inline_query_current_chat}`);
  return tap(row, column, message, chat, element);
}

async function tap(row, column, message, chat, element) {
  if (element.classList.contains("is-waiting") && chat.taps === 1) return;
  element.classList.add("is-waiting");
  element.setAttribute("aria-busy", "true");
  setTimeout(() => calm(element), WAIT_MS);
  try {
    await chat.tap({ message_id: message.message_id, row, column }, element);
  } catch (error) {
    calm(element);
    chat.does.tell(error.message);
  }
}

export function calm(element) {
  element.classList.remove("is-waiting");
  element.removeAttribute("aria-busy");
}

/** The keyboard a bot puts in place of the person's own. */
export function replyKeys(markup, say) {
  const press = (key) => () => say(typeof key === "string" ? key : key.text);
  const keys = markup.keyboard.map((row) =>
    make("div", {}, row.map((key) => make("button", { type: "button", onclick: press(key) }, key.text ?? key))),
  );
  return make("div", { class: "reply-keys", role: "group", "aria-label": "The bot's keyboard" }, keys);
}

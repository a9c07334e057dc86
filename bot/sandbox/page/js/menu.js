import { closeOnLeave, make } from "./dom.js";
import { ask } from "./wire.js";

export const LANGUAGES = [["pt-br", "Português (Brasil)"], ["en", "English"], ["es", "Español"], ["ru", "Русский"], ["de", "Deutsch"]];
const MANY = 5;

/** What can be changed about the person one is. */
export function personMenu(chat) {
  if (chat.menu) return;
  const { person } = chat;
  const press = (act) => () => (leave(), act());
  const many = () => {
    chat.taps = chat.taps === 1 ? MANY : 1;
    chat.label();
  };
  chat.menu = make(
    "div",
    { class: "menu", role: "menu" },
    make("label", {}, "Language", languages(chat)),
    make("button", { type: "button", role: "menuitem", onclick: press(many) }, chat.taps === 1 ? `👆 Send the next tap ${MANY} times` : "👆 One tap again"),
    make("button", { type: "button", role: "menuitem", onclick: press(() => chat.block(!person.blocked)) }, person.blocked ? "✅ Unblock the bot" : "🚫 Block the bot"),
    make("button", { type: "button", role: "menuitem", onclick: press(() => chat.say("/start")) }, "🏠 Say /start"),
  );
  const leave = closeOnLeave(chat.menu, () => {
    chat.menu?.remove();
    chat.menu = null;
    chat.who.focus();
  });
  chat.menu.style.cssText = "right:8px;top:58px";
  chat.element.append(chat.menu);
  chat.menu.querySelector("select").focus();
}

function languages(chat) {
  const change = (event) => chat.change({ language_code: event.target.value }).then(() => chat.load());
  const known = LANGUAGES.some(([code]) => code === chat.person.language_code) ? LANGUAGES : [...LANGUAGES, [chat.person.language_code, chat.person.language_code]];
  const options = known.map(([code, name]) => make("option", { value: code, selected: code === chat.person.language_code }, name));
  return make("select", { "aria-label": "Telegram's language", onchange: change }, options);
}

export const addPerson = (first_name, language_code) => ask("/world/telegram/people", { first_name, language_code });

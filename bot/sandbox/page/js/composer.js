import { gist } from "./bubble.js";
import { make } from "./dom.js";
import { replyKeys } from "./keys.js";

/** Where a person writes: menu, suggestions, reply preview, the bot's own keyboard. */
export class Composer {
  constructor(chat) {
    this.chat = chat;
    this.commands = [];
    this.chosen = 0;
    this.about = null;
    this.field = make("textarea", { rows: 1, placeholder: "Message", "aria-label": `Message as ${chat.person.first_name}`, oninput: () => this.typed(), onkeydown: (event) => this.key(event), onblur: () => this.leave() });
    this.list = make("ul", { class: "suggest", role: "listbox", "aria-label": "Commands", hidden: true });
    this.preview = make("div", { class: "answering", hidden: true });
    this.keys = make("div");
    this.line = make("div", { class: "line" }, this.menuKey(), this.field, make("button", { class: "send", type: "submit", "aria-label": "Send" }, "➤"));
    this.big = make("button", { class: "big", type: "button", hidden: true, onclick: () => this.begin() });
    const send = (event) => (event.preventDefault(), this.send());
    this.element = make("form", { class: "composer", onsubmit: send }, this.list, this.preview, this.line, this.big, this.keys);
  }

  menuKey() {
    const show = () => (this.list.hidden ? (this.suggest(this.commands), this.field.focus()) : this.suggest([]));
    return make("button", { class: "menu-key", type: "button", "aria-label": "Commands of the bot", onclick: show }, "☰ Menu");
  }

  /** Telegram shows one large button before the first word, and after a block. */
  show({ empty, blocked }) {
    this.blocked = blocked;
    this.big.hidden = !(empty || blocked);
    this.line.hidden = !this.big.hidden;
    this.big.textContent = blocked ? "UNBLOCK AND RESTART" : "START";
  }

  async begin() {
    if (this.blocked) await this.chat.block(false);
    await this.chat.say("/start");
  }

  write(text) {
    this.field.value = text;
    this.typed();
    this.field.focus();
  }

  /** A moment later, so that what is offered can still be touched. */
  leave() {
    this.leaving = setTimeout(() => this.suggest([]), 150);
  }

  typed() {
    clearTimeout(this.leaving);
    this.field.style.height = "auto";
    this.field.style.height = `${this.field.scrollHeight + 2}px`;
    const match = /^\/([a-z0-9_]*)$/i.exec(this.field.value);
    this.suggest(match ? this.commands.filter(({ command }) => command.startsWith(match[1].toLowerCase())) : []);
  }

  suggest(commands) {
    this.offered = commands;
    this.chosen = 0;
    this.list.hidden = !commands.length;
    const pick = (command) => (event) => (event.preventDefault(), this.pick(command));
    this.list.replaceChildren(
      ...commands.map(({ command, description }) => make("li", { role: "option", onpointerdown: pick(command) }, make("b", {}, `/${command}`), make("span", {}, description))),
    );
    this.mark();
  }

  mark() {
    [...this.list.children].forEach((item, index) => {
      item.setAttribute("aria-selected", String(index === this.chosen));
      if (index === this.chosen && !this.list.hidden) item.scrollIntoView({ block: "nearest" });
    });
  }

  pick(command) {
    this.suggest([]);
    this.field.value = "";
    this.chat.say(`/${command}`);
  }

  key(event) {
    if (!this.list.hidden && this.steer(event)) return event.preventDefault();
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      this.send();
    }
    if (event.key === "Escape") this.answer(null);
    return undefined;
  }

  steer({ key }) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[key];
    if (step) {
      this.chosen = (this.chosen + step + this.offered.length) % this.offered.length;
      this.mark();
    } else if (key === "Tab") this.write(`/${this.offered[this.chosen].command} `);
    else if (key === "Enter") this.pick(this.offered[this.chosen].command);
    else if (key === "Escape") this.suggest([]);
    else return false;
    return true;
  }

  send() {
    const text = this.field.value.trim();
    if (!text) return;
    this.write("");
    this.chat.say(text, this.about?.message_id);
    this.answer(null);
  }

  answer(message) {
    this.about = message;
    this.preview.hidden = !message;
    if (!message) return;
    const author = message.outgoing ? this.chat.person.first_name : this.chat.bot.first_name;
    const drop = make("button", { class: "icon", type: "button", "aria-label": "Do not reply", onclick: () => this.answer(null) }, "✕");
    this.preview.replaceChildren(make("div", {}, make("b", {}, `Reply to ${author}`), make("span", {}, gist(message))), drop);
    this.field.focus();
  }

  /** The last message that speaks of a keyboard decides which one is up. */
  follow(messages) {
    const markup = messages.map((message) => message.reply_markup).findLast((one) => one && !one.inline_keyboard);
    this.keys.replaceChildren(...(markup?.keyboard ? [replyKeys(markup, (text) => this.chat.say(text))] : []));
    const placeholder = markup?.input_field_placeholder ?? "Message";
    this.field.setAttribute("placeholder", placeholder);
  }
}

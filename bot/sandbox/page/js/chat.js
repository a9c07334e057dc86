import { bubble, gist } from "./bubble.js";
import { Composer } from "./composer.js";
import { make } from "./dom.js";
import { calm } from "./keys.js";
import { open } from "./links.js";
import { alertOf, confirmStars, enlarge } from "./overlay.js";
import { personMenu } from "./menu.js";
import { ask } from "./wire.js";

const HUES = 5;
const TOAST_MS = 3_600;
const TYPING_MS = 5_000;

/** One person's chat with the bot, as Telegram would show it. */
export class Chat {
  constructor(person, watch) {
    this.person = person;
    this.watch = watch;
    this.bot = { first_name: "Bot", username: "" };
    this.messages = new Map();
    this.taps = 1;
    this.unread = 0;
    this.waiting = new Map();
    this.answeredEarly = new Set();
    this.does = { open: (url) => open(url, this).catch((error) => this.tell(error.message)), say: (text) => this.say(text), tell: (text) => this.tell(text) };
    this.build();
  }

  build() {
    this.composer = new Composer(this);
    this.state = make("p", { class: "state" }, "bot");
    this.name = make("h2", {}, "…");
    this.face = make("span", { class: "face", "aria-hidden": "true" }, "…");
    this.who = make("button", { class: "person", type: "button", "aria-haspopup": "menu", onclick: () => personMenu(this) });
    this.log = make("ol", { class: "log", role: "log", "aria-live": "polite", "aria-label": `Messages of ${this.person.first_name}`, tabindex: 0, onscroll: () => this.scrolled() });
    this.flag = make("p", { class: "flag-line", hidden: true });
    this.pinned = make("button", { class: "pinned", type: "button", hidden: true });
    this.toasts = make("div", { class: "toasts", role: "status" });
    this.down = make("button", { class: "down", type: "button", "aria-label": "To the newest message", hidden: true, onclick: () => this.toEnd() }, "↓");
    const head = make("header", { class: "chat-head" }, this.face, make("div", {}, this.name, this.state), this.who);
    this.element = make("article", { class: "chat", data: { person: this.person.id }, "aria-label": `${this.person.first_name}'s chat` }, head, this.flag, this.pinned, this.log, this.down, this.toasts, this.composer.element);
    new ResizeObserver(() => this.stays && this.toEnd()).observe(this.log);
    this.label();
  }

  label() {
    const { first_name: name, language_code: language, id, blocked } = this.person;
    const face = make("span", { class: "face", "aria-hidden": "true", data: { hue: id % HUES } }, [...name][0]);
    this.who.replaceChildren(face, make("b", {}, name), make("small", {}, `${language} ▾`));
    this.who.setAttribute("aria-label", `You are ${name}, language ${language}: settings of this person`);
    this.flag.hidden = !blocked && this.taps === 1;
    this.flag.textContent = blocked ? `${name} has blocked the bot` : `The next tap is sent ${this.taps} times at once`;
    this.composer.show({ empty: !this.messages.size, blocked: Boolean(blocked) });
  }

  /** Fetch the whole chat: at the start, and after a lost stream. */
  async load() {
    const { bot, messages, commands, last_event: lastEvent, pinned_message_id: pinned } = await ask(`/world/telegram/people/${this.person.id}/chat`);
    this.lastEvent = lastEvent;
    this.bot = bot;
    this.name.textContent = bot.first_name;
    this.face.textContent = [...bot.first_name][0];
    this.composer.commands = commands;
    this.messages = new Map(messages.map((message) => [message.message_id, message]));
    this.draw();
    this.pin(this.messages.get(pinned));
  }

  draw() {
    this.log.replaceChildren();
    if (!this.messages.size) this.log.append(make("li", { class: "empty" }, make("p", {}, this.bot.description || `Nothing here yet. This chat is ${this.person.first_name}'s.`), make("p", {}, "Press START, as anybody new would.")));
    for (const message of this.messages.values()) this.place(message);
    this.label();
    this.composer.follow([...this.messages.values()]);
    this.toEnd();
  }

  place(message) {
    const day = new Date(message.date * 1000).toLocaleDateString([], { day: "numeric", month: "long" });
    const days = this.log.querySelectorAll(".day");
    if (days.item(days.length - 1)?.textContent !== day) this.log.append(make("li", { class: "day" }, day));
    this.log.append(bubble(message, this));
  }

  elementOf(id) {
    return this.log.querySelector(`[data-id="${id}"]`);
  }

  add(message) {
    if (this.messages.has(message.message_id)) return this.edit(message);
    const near = this.isAtEnd();
    this.messages.set(message.message_id, message);
    this.log.querySelector(".empty")?.remove();
    this.place(message);
    this.label();
    this.composer.follow([...this.messages.values()]);
    if (!message.outgoing) this.busy(null);
    if (near || message.outgoing) this.toEnd();
    else this.below((this.unseen ?? 0) + 1);
    return undefined;
  }

  edit(message) {
    const before = this.elementOf(message.message_id);
    const near = this.isAtEnd();
    this.messages.set(message.message_id, message);
    if (!before) return;
    const focused = before.contains(document.activeElement) ? document.activeElement.dataset : null;
    const after = bubble(message, this);
    before.replaceWith(after);
    after.querySelector(".bubble")?.classList.add("is-fresh");
    if (focused?.row) after.querySelector(`[data-row="${focused.row}"][data-column="${focused.column}"]`)?.focus();
    if (near) this.toEnd();
  }

  remove(id) {
    this.messages.delete(id);
    const element = this.elementOf(id);
    element?.classList.add("is-leaving");
    setTimeout(() => element?.remove(), 220);
    this.label();
  }

  pin(message) {
    this.pinned.hidden = !message;
    if (!message) return;
    this.pinned.replaceChildren(make("b", {}, "📌"), make("span", {}, gist(message)));
    this.pinned.onclick = () => this.jump(message.message_id);
  }

  /** What came back for a tap: the button calms down, a toast or an alert may show. */
  answered({ callback_query_id: query, text, show_alert: isAlert, url }) {
    if (this.waiting.has(query)) calm(this.waiting.get(query));
    else this.answeredEarly.add(query);
    this.waiting.delete(query);
    if (text && isAlert) alertOf(this.bot.first_name, text);
    else if (text) this.tell(text);
    if (url) this.does.open(url);
  }

  busy(action) {
    clearTimeout(this.quiet);
    this.state.textContent = action ? ACTIONS[action] ?? "typing…" : "bot";
    this.state.classList.toggle("is-busy", Boolean(action));
    if (action) this.quiet = setTimeout(() => this.busy(null), TYPING_MS);
  }

  tell(text) {
    const toast = make("p", { class: "toast" }, text);
    this.toasts.append(toast);
    setTimeout(() => toast.remove(), TOAST_MS + text.length * 30);
  }

  say(text, about) {
    return this.act("say", { text, ...(about ? { reply_to_message_id: about } : {}) });
  }

  start(payload) {
    return this.act("open", { start: payload });
  }

  async tap(where, key) {
    const times = this.taps;
    this.taps = 1;
    this.label();
    const { callback_query_ids: queries } = await ask(`/world/telegram/people/${this.person.id}/tap`, { ...where, times });
    for (const query of queries) this.waiting.set(query, key);
    if (queries.some((query) => this.answeredEarly.has(query))) calm(key);
  }

  async pay(bill) {
    const outcome = await confirmStars(bill);
    if (outcome) await this.act("pay", { ...(bill.slug ? { slug: bill.slug } : { message_id: bill.message_id }), outcome });
  }

  async act(what, body) {
    this.watch.touched(this, what, body);
    try {
      return await ask(`/world/telegram/people/${this.person.id}/${what}`, body);
    } catch (error) {
      this.tell(error.message);
      return null;
    }
  }

  async change(body) {
    this.person = { ...this.person, ...(await ask(`/world/telegram/people/${this.person.id}`, body, "PATCH")) };
    this.label();
    this.watch.changed();
  }

  block(blocked) {
    return this.change({ blocked });
  }

  react(id, reaction) {
    const message = this.messages.get(id);
    if (message) this.edit({ ...message, reaction });
  }

  answer(message) {
    this.composer.answer(message);
  }

  enlarge(address) {
    enlarge(address);
  }

  jump(id) {
    const element = this.elementOf(id);
    element?.scrollIntoView({ block: "center", behavior: "smooth" });
    element?.querySelector(".bubble")?.classList.add("is-fresh");
  }

  isAtEnd() {
    return this.log.scrollHeight - this.log.scrollTop - this.log.clientHeight < 90;
  }

  settle() {
    if (this.isAtEnd() || !this.unseen) this.toEnd();
  }

  toEnd() {
    this.stays = true;
    this.log.scrollTop = this.log.scrollHeight;
    this.below(0);
  }

  below(count) {
    this.unseen = count;
    this.down.hidden = this.isAtEnd() && !count;
    this.down.replaceChildren("↓", ...(count ? [make("b", {}, String(count))] : []));
  }

  scrolled() {
    this.stays = this.isAtEnd();
    if (this.stays) this.below(0);
    else this.down.hidden = false;
  }
}

const ACTIONS = { typing: "typing…", upload_photo: "sending a photo…", upload_document: "sending a file…", record_voice: "recording…", choose_sticker: "choosing a sticker…" };

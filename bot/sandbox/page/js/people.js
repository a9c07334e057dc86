import { Chat } from "./chat.js";
import { isPhone, make } from "./dom.js";
import { addPerson } from "./menu.js";
import { ask } from "./wire.js";

const KEPT = "chegou.shown";
const NEWCOMERS = ["Carla", "Davi", "Elisa", "Fábio", "Gabi", "Hugo", "Iara", "João"];

/** Everybody with a chat, and who of them is on screen. */
export class People {
  constructor(watch) {
    this.chats = new Map();
    this.bar = document.getElementById("people");
    this.stage = document.getElementById("chats");
    this.watch = { touched: watch.touched, changed: () => this.draw() };
  }

  async load() {
    const found = await ask("/world/telegram/people");
    await Promise.all(found.map((person) => this.welcome(person)));
    this.shown = this.remembered(found);
    this.current = this.shown.values().next().value;
    this.draw();
  }

  remembered(people) {
    const ids = JSON.parse(localStorage.getItem(KEPT) ?? "[]").filter((id) => this.chats.has(id));
    return new Set(ids.length ? ids : people.slice(0, 1).map(({ id }) => id));
  }

  async welcome(person) {
    if (this.chats.has(person.id)) return;
    const chat = new Chat(person, this.watch);
    this.chats.set(person.id, chat);
    this.stage.append(chat.element);
    await chat.load();
  }

  draw() {
    document.body.dataset.current = this.current;
    const chips = [...this.chats.values()].map((chat) => this.chip(chat));
    this.bar.replaceChildren(...chips, this.worldChip(), this.newcomer());
    for (const [id, { element }] of this.chats) {
      element.classList.toggle("is-shown", this.shown.has(id));
      element.classList.toggle("is-current", this.current === id);
    }
  }

  chip(chat) {
    const { id, first_name: name, language_code: language } = chat.person;
    const isOn = isPhone() ? this.current === id : this.shown.has(id);
    return make(
      "button",
      { class: "chip", type: "button", "aria-pressed": String(isOn), title: `${name} · ${language} · id ${id}`, data: { person: id }, onclick: () => this.choose(id) },
      make("span", { class: "face", "aria-hidden": "true", data: { hue: id % 5 } }, [...name][0]),
      make("span", { class: "name" }, name),
      chat.unread && !isOn ? make("span", { class: "unread", "aria-label": `${chat.unread} unread` }, String(chat.unread)) : null,
    );
  }

  worldChip() {
    return make("button", { class: "chip plain for-phone", type: "button", "aria-label": "The outside world", "aria-pressed": String(this.current === "world"), onclick: () => this.show("world") }, "🌍");
  }

  /** On a phone, one thing is on screen: somebody's chat or the world. */
  show(what) {
    this.current = what;
    this.draw();
  }

  newcomer() {
    const come = async () => {
      const known = new Set([...this.chats.values()].map(({ person }) => person.first_name));
      const name = NEWCOMERS.find((one) => !known.has(one)) ?? `Guest ${known.size}`;
      const person = await addPerson(name, "pt-br");
      await this.welcome(person);
      this.choose(person.id);
    };
    return make("button", { class: "chip plain", type: "button", title: "Somebody new walks in", "aria-label": "Add a person", onclick: come }, "+");
  }

  choose(id) {
    if (isPhone()) this.shown.add(id);
    else if (this.shown.has(id) && this.shown.size > 1) this.shown.delete(id);
    else this.shown.add(id);
    this.current = id;
    localStorage.setItem(KEPT, JSON.stringify([...this.shown]));
    this.chats.get(id).unread = 0;
    this.draw();
    this.chats.get(id).toEnd();
  }

  isVisible(id) {
    return isPhone() ? this.current === id : this.shown.has(id);
  }

  /** Apply one event of the stream to the chat it belongs to. */
  async hear(event) {
    const id = event.person_id;
    if (!this.chats.has(id)) return this.meet(id);
    const chat = this.chats.get(id);
    if (event.number <= chat.lastEvent) return undefined;
    HEARS[event.kind]?.(chat, event);
    if (event.kind === "message" && !event.message.outgoing && !this.isVisible(id)) {
      chat.unread += 1;
      this.draw();
    }
    return undefined;
  }

  /** Somebody came in by another window, or by a program. */
  async meet(id) {
    const person = (await ask("/world/telegram/people")).find((one) => one.id === id);
    if (person) await this.welcome(person);
    this.draw();
  }
}

const HEARS = {
  message: (chat, event) => chat.add(event.message),
  edit: (chat, event) => chat.edit(event.message),
  delete: (chat, event) => event.message_ids.forEach((id) => chat.remove(id)),
  answer: (chat, event) => chat.answered(event),
  chat_action: (chat, event) => chat.busy(event.action),
  commands: (chat, event) => (chat.composer.commands = event.commands),
  pinned: (chat, event) => chat.pin(event.message),
  reaction: (chat, event) => chat.react(event.message_id, event.reaction),
  payment: (chat, event) => event.status === "failed" && chat.tell(`The payment did not go through: ${event.error}`),
};

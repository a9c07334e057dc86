import { make } from "./dom.js";

const KEPT = "chegou.guide";
const STEPS = [
  { does: "Say hello and accept the terms", label: "/start", say: "/start", isDone: (text) => /^(💰|✅ Term)/.test(text) },
  { does: "Put R$ 25 in: pay at the stand-in", label: "/topup 25", say: "/topup 25", isDone: (text) => /^(💰.*(creditad|credited)|➕|🎁)/.test(text) },
  { does: "Rent a WhatsApp number; the code comes by itself", label: "/buy", say: "/buy whatsapp brazil", isDone: (text) => text.startsWith("🔑") },
];

/** Three taps to a code, for whoever is here for the first time. */
export class Guide {
  constructor(chat, makeTrouble) {
    this.chat = chat;
    this.makeTrouble = makeTrouble;
    this.done = new Set();
    this.element = make("section", { class: "guide", "aria-label": "First steps", hidden: localStorage.getItem(KEPT) === "closed" });
    chat.composer.element.before(this.element);
    for (const message of chat.messages.values()) this.look(message);
    this.draw();
  }

  look(message) {
    if (message.outgoing) return;
    const text = message.text ?? message.caption ?? "";
    STEPS.forEach((step, index) => step.isDone(text) && this.done.add(index));
    if (this.done.has(1)) this.done.add(0);
    this.draw();
  }

  draw() {
    const close = make("button", { class: "icon", type: "button", "aria-label": "Close the first steps", onclick: () => this.close() }, "✕");
    const title = this.done.size === STEPS.length ? "That was the whole shop 🎉" : "Three taps to a code";
    const next = STEPS.findIndex((_, index) => !this.done.has(index));
    const items = STEPS.map((step, index) => this.step(step, index, index === next));
    const isOver = this.done.size === STEPS.length;
    const further = make("button", { class: "act small main", type: "button", hidden: !isOver, onclick: this.makeTrouble }, "Now make trouble");
    this.element.replaceChildren(make("header", {}, make("h3", {}, title), further, close), make("ol", {}, isOver ? [] : items));
  }

  step({ does, label, say }, index, isNext) {
    const isDone = this.done.has(index);
    const act = make("button", { class: `act small${isNext ? " main" : ""}`, type: "button", disabled: isDone, onclick: () => this.chat.say(say) }, label);
    return make("li", { class: isDone ? "is-done" : isNext ? "is-next" : "" }, make("i", { "aria-hidden": "true" }, isDone ? "✓" : String(index + 1)), make("p", {}, does), act);
  }

  close() {
    localStorage.setItem(KEPT, "closed");
    this.element.hidden = true;
  }
}

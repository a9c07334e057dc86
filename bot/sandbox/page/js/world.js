import { isPhone, make } from "./dom.js";
import { Books } from "./world/books.js";
import { Numbers } from "./world/numbers.js";
import { Payments } from "./world/payments.js";
import { Trouble } from "./world/trouble.js";
import { Wires } from "./world/wires.js";

const QUIET_MS = 500;
const LOOK_MS = 3_000;

/** Everything around the chat: upstream, the payment houses, what crosses the wires, the shop's books. */
export class World {
  constructor(element, people) {
    this.element = element;
    this.people = people;
    this.wires = new Wires();
    this.trouble = new Trouble(people);
    this.panels = [new Numbers(), new Payments(people), this.trouble, this.wires, new Books()];
    this.tabs = [];
    this.open = this.panels[0];
  }

  draw() {
    this.tabs = this.panels.map((panel) => this.tab(panel));
    const steer = (event) => this.steer(event);
    this.element.replaceChildren(
      make("div", { class: "tabs", role: "tablist", "aria-label": "The outside world", onkeydown: steer }, this.tabs),
      ...this.panels.map((panel) => this.sheet(panel)),
      this.wires.ticker,
    );
    this.show(this.open);
    setInterval(() => this.look(), LOOK_MS);
  }

  tab(panel) {
    return make("button", { class: "tab", type: "button", role: "tab", id: `tab-${panel.name}`, "aria-controls": `panel-${panel.name}`, onclick: () => this.show(panel) }, panel.title);
  }

  sheet(panel) {
    panel.element.id = `panel-${panel.name}`;
    panel.element.setAttribute("role", "tabpanel");
    panel.element.setAttribute("aria-labelledby", `tab-${panel.name}`);
    panel.element.classList.add("panel");
    return panel.element;
  }

  show(panel) {
    this.open = panel;
    this.wires.ticker.hidden = panel === this.wires;
    this.panels.forEach((one, index) => {
      one.element.hidden = one !== panel;
      this.tabs[index].setAttribute("aria-selected", String(one === panel));
      this.tabs[index].tabIndex = one === panel ? 0 : -1;
    });
    this.look();
  }

  showTrouble() {
    if (isPhone()) this.people.show("world");
    this.show(this.trouble);
  }

  steer({ key }) {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[key];
    if (!step) return;
    const next = (this.panels.indexOf(this.open) + step + this.panels.length) % this.panels.length;
    this.show(this.panels[next]);
    this.tabs[next].focus();
  }

  /** A call crossed a wire: keep it, and look again at what is on screen once it is quiet. */
  hear(entry) {
    this.panels.forEach((panel) => panel.hear?.(entry));
    if (entry.call === "getUpdates") return;
    clearTimeout(this.soon);
    this.soon = setTimeout(() => this.look(), QUIET_MS);
  }

  look() {
    if (!document.hidden && this.element.offsetParent !== null) this.open.look?.();
  }
}

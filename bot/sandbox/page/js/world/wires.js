import { make } from "../dom.js";

const KEPT = 400;
const WIRES = { telegram: "Telegram", sms_active: "Upstream", stripe: "Stripe", mercadopago: "Mercado Pago", cryptopay: "CryptoPay", webhook: "Notices to the shop" };
const NOISE = new Set(["getUpdates"]);

/** Every call between the shop and the world, secrets masked. */
export class Wires {
  name = "wires";
  title = "Wires";

  constructor() {
    this.entries = [];
    this.wire = "";
    this.isNoisy = false;
    this.list = make("ol", { class: "calls", "aria-label": "Calls, newest first" });
    this.element = make("section", {}, this.tools(), this.list);
  }

  tools() {
    const choose = (event) => ((this.wire = event.target.value), this.draw());
    const noisy = (event) => ((this.isNoisy = event.target.checked), this.draw());
    const clear = () => ((this.entries = []), this.draw());
    const options = [["", "every wire"], ...Object.entries(WIRES)].map(([value, text]) => make("option", { value }, text));
    return make(
      "div",
      { class: "tools-line" },
      make("select", { "aria-label": "Which wire", onchange: choose }, options),
      make("label", {}, make("input", { type: "checkbox", onchange: noisy }), " waiting calls too"),
      make("button", { class: "act small", type: "button", onclick: clear }, "Clear"),
    );
  }

  hear(entry) {
    this.entries.push(entry);
    if (this.entries.length > KEPT) this.entries.shift();
    if (!this.isShown(entry)) return;
    this.list.prepend(this.line(entry));
    if (this.list.children.length > KEPT) this.list.lastChild.remove();
  }

  isShown({ wire, call }) {
    return (!this.wire || wire === this.wire) && (this.isNoisy || !NOISE.has(call));
  }

  draw() {
    this.list.replaceChildren(...this.entries.filter((entry) => this.isShown(entry)).map((entry) => this.line(entry)).reverse());
  }

  line({ at, wire, call, asked, status, answered }) {
    const when = new Date(at).toLocaleTimeString([], { hour12: false });
    const head = make("summary", {}, make("time", {}, when), make("b", { data: { wire } }, WIRES[wire] ?? wire), make("span", {}, call), make("em", { class: status < 300 ? "" : "is-bad" }, String(status)));
    const told = make("pre", {}, `${JSON.stringify(asked, null, 1)}\n→ ${pretty(answered)}`);
    return make("li", {}, make("details", {}, head, told));
  }
}

function pretty(answered) {
  try {
    return JSON.stringify(JSON.parse(answered), null, 1);
  } catch {
    return answered;
  }
}

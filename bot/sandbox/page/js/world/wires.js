import { make } from "../dom.js";

const KEPT = 400;
const TICKS = 6;
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
    this.ticks = make("ol");
    this.ticker = make("div", { class: "ticker", "aria-hidden": "true" }, make("h2", {}, "On the wires"), this.ticks);
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
    if (entry.number <= (this.entries.at(-1)?.number ?? 0)) return;
    this.entries.push(entry);
    this.tick(entry);
    if (this.entries.length > KEPT) this.entries.shift();
    if (!this.isShown(entry)) return;
    this.list.prepend(this.line(entry));
    if (this.list.children.length > KEPT) this.list.lastChild.remove();
  }

  /** The last few calls stay in sight below every other panel. */
  tick(entry) {
    if (NOISE.has(entry.call)) return;
    const kind = `${entry.wire} ${entry.call} ${entry.status}`;
    this.again = kind === this.kind ? this.again + 1 : 1;
    this.kind = kind;
    if (this.again > 1) this.ticks.firstChild.remove();
    this.ticks.prepend(make("li", {}, parts(entry, this.again)));
    if (this.ticks.children.length > TICKS) this.ticks.lastChild.remove();
  }

  isShown({ wire, call }) {
    return (!this.wire || wire === this.wire) && (this.isNoisy || !NOISE.has(call));
  }

  draw() {
    this.list.replaceChildren(...this.entries.filter((entry) => this.isShown(entry)).map((entry) => this.line(entry)).reverse());
  }

  line(entry) {
    const { asked, answered } = entry;
    const head = make("summary", {}, parts(entry));
    const told = make("pre", {}, `${JSON.stringify(asked, null, 1)}\n→ ${pretty(answered)}`);
    return make("li", {}, make("details", {}, head, told));
  }
}

function parts({ at, wire, call, status }, times = 1) {
  const when = new Date(at).toLocaleTimeString([], { hour12: false });
  const isBad = status >= 300 || status === 0;
  return [make("time", {}, when), make("b", { data: { wire } }, WIRES[wire] ?? wire), make("span", {}, times > 1 ? `${call} ×${times}` : call), make("em", { class: isBad ? "is-bad" : "" }, status ? String(status) : "cut")];
}

function pretty(answered) {
  try {
    return JSON.stringify(JSON.parse(answered), null, 1);
  } catch {
    return answered;
  }
}

import { make } from "../dom.js";
import { ask } from "../wire.js";
import { dollars } from "./names.js";

const PAUSE_MS = 15_000;
const HOUSES = { stripe: "Stripe", mercadopago: "Mercado Pago", cryptopay: "CryptoPay", stars: "Telegram (Stars)" };

/** The shop's own audit, beside what the outside world has in its ledgers. */
export class Books {
  name = "books";
  title = "Books";

  constructor() {
    this.sheet = make("div", { "aria-live": "polite" }, make("p", { class: "faint" }, "The shop's audit appears here once it is open."));
    this.button = make("button", { class: "act", type: "button", onclick: () => this.read() }, "Audit now");
    this.element = make("section", {}, make("p", { class: "faint" }, "“python main.py audit --json”, run by the sandbox against the shop's own database."), this.sheet, this.button);
    this.last = 0;
  }

  look() {
    if (performance.now() - this.last > PAUSE_MS) this.read();
  }

  async read() {
    if (this.isReading) return;
    this.isReading = true;
    this.button.textContent = "Asking the shop: a few seconds…";
    this.button.disabled = true;
    try {
      this.draw(await ask("/world/books"));
    } catch (error) {
      this.sheet.replaceChildren(make("p", { class: "verdict is-bad" }, error.message));
    }
    this.last = performance.now();
    this.button.textContent = "Audit now";
    this.isReading = this.button.disabled = false;
  }

  draw({ audit, outside }) {
    const wrongs = [...(audit.violations ?? []).map(({ rule, subject, detail }) => `${rule} · ${subject}: ${detail}`), ...outside.upstream.violations];
    const [tone, verdict] = judged(audit, wrongs);
    this.sheet.replaceChildren(
      make("p", { class: `verdict ${tone}` }, verdict),
      make("h2", {}, "In the shop"),
      figures([["Customers", audit.customers], ["What they can spend", audit.credits_total], ["Reserved for open numbers", audit.held_total]]),
      make("h2", {}, "In the outside world"),
      figures(outsideRows(outside)),
      make("ul", { class: "wrongs" }, wrongs.map((text) => make("li", {}, text))),
    );
  }
}

function judged(audit, wrongs) {
  const unasked = audit.unchecked ?? [];
  if (audit.ok === true && unasked.length) return ["", `✓ The books balance; no answer yet from: ${unasked.join(", ")}`];
  if (audit.ok === true && !wrongs.length) return ["is-good", "✓ The books balance, inside and outside"];
  if (typeof audit.ok !== "boolean") return ["", audit.error ?? "No answer yet"];
  return ["is-bad", "✗ The books do not balance"];
}

function outsideRows({ upstream, ...houses }) {
  const received = Object.entries(houses).flatMap(([house, amounts]) => Object.entries(amounts).map(([currency, amount]) => [`Came in at ${HOUSES[house] ?? house}`, `${currency} ${Number(amount).toFixed(currency === "XTR" ? 0 : 2)}`]));
  return [["Numbers rented at upstream", upstream.activations], ["… charged, because a code came", dollars(upstream.charged)], ["… held for open ones", dollars(upstream.held)], ...received];
}

function figures(rows) {
  return make("dl", { class: "figures" }, rows.filter(([, value]) => value !== undefined).map(([name, value]) => make("div", {}, make("dt", {}, name), make("dd", {}, String(value)))));
}

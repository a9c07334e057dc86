import { make } from "../dom.js";
import { ask } from "../wire.js";

const PAUSE_MS = 15_000;

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
    this.button.disabled = true;
    try {
      this.draw(await ask("/world/books"));
    } catch (error) {
      this.sheet.replaceChildren(make("p", { class: "verdict is-bad" }, error.message));
    }
    this.last = performance.now();
    this.isReading = this.button.disabled = false;
  }

  draw({ audit, outside, differences }) {
    const verdict = audit.ok === true && !differences.length ? ["is-good", "✓ The books balance, inside and out"] : audit.ok === null || audit.ok === undefined ? ["", audit.error ?? "No answer yet"] : ["is-bad", "✗ The books do not balance"];
    const rows = [
      ["Customers", audit.customers],
      ["They can spend", audit.credits_total],
      ["Reserved for open numbers", audit.held_total],
      ...Object.entries(outside),
    ].filter(([, value]) => value !== undefined);
    this.sheet.replaceChildren(
      make("p", { class: `verdict ${verdict[0]}` }, verdict[1]),
      make("dl", { class: "figures" }, rows.map(([name, value]) => make("div", {}, make("dt", {}, name), make("dd", {}, String(value))))),
      make("ul", { class: "wrongs" }, [...(audit.violations ?? []).map(({ rule, subject, detail }) => `${rule} · ${subject}: ${detail}`), ...differences].map((text) => make("li", {}, text))),
    );
  }
}

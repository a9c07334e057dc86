import { left } from "../clock.js";
import { make } from "../dom.js";
import { ask } from "../wire.js";
import { countryName, dollars, serviceName } from "./names.js";

const UPSTREAM = "/world/sms/active";
const AUTO_SECONDS = 6;
const SHOWN = 12;
const TONES = { received: "good", finished: "good", waiting: "warn", ready: "warn", retry: "warn", cancelled: "", refunded: "" };

/** Upstream's counter: the numbers it has rented out, and SMS on order. */
export class Numbers {
  name = "numbers";
  title = "Upstream";

  constructor() {
    this.told = make("p", { class: "faint", role: "status" });
    this.figures = make("div", { class: "figure-line" });
    this.list = make("div", { class: "cards" });
    this.auto = make("input", { type: "checkbox", checked: true, onchange: () => this.setAuto() });
    this.element = make(
      "section",
      {},
      this.figures,
      make("label", { class: "switch" }, this.auto, `Codes come by themselves, ${AUTO_SECONDS} s after a purchase`),
      this.told,
      this.list,
    );
  }

  async look() {
    const [audit, numbers] = await Promise.all([ask(`${UPSTREAM}/audit`), ask(`${UPSTREAM}/activations`)]);
    this.drawFigures(audit);
    const newest = numbers.toReversed().slice(0, SHOWN);
    const drawn = JSON.stringify(newest) + newest.map(({ ends_at: ends }) => left(ends)).join();
    if (drawn === this.drawn || this.list.contains(document.activeElement)) return;
    this.drawn = drawn;
    this.list.replaceChildren(...(newest.length ? newest.map((number) => this.card(number)) : [make("p", { class: "faint" }, "Nobody has rented a number yet. When the shop buys one, it appears here, and you decide which SMS reaches it.")]));
  }

  drawFigures({ balance, held, charged, activations }) {
    const figures = [[dollars(balance), "the shop's balance here"], [dollars(held), "held for open numbers"], [dollars(charged), "charged, a code came"], [activations, "numbers rented"]];
    this.figures.replaceChildren(...figures.map(([value, name]) => make("div", {}, make("b", {}, String(value)), make("span", {}, name))));
  }

  card(number) {
    const { phone, service, country, cost, state, ends_at: ends, is_open: isOpen, messages, late_messages: late } = number;
    const codes = [...messages, ...late].map(({ code, text }) => code ?? text).join(" · ");
    return make(
      "article",
      { class: "card", data: { phone } },
      make("header", {}, make("b", {}, `+${phone}`), make("small", {}, `${serviceName(service)} · ${countryName(country)} · ${dollars(cost)}`), make("span", { class: "mark", data: { tone: TONES[state] ?? "" } }, isOpen ? `${state} · ${left(ends) ?? "ending"}` : state)),
      codes ? make("p", {}, `Received: ${codes}`) : null,
      this.deeds(number),
    );
  }

  deeds({ id, is_open: isOpen, messages }) {
    const sms = (told) => () => this.act("sms", { activation_id: id, ...told });
    const word = make("input", { type: "text", placeholder: "or an SMS in your own words", "aria-label": "Text of an SMS" });
    const write = (event) => (event.preventDefault(), word.value && sms({ text: word.value })());
    const label = !isOpen ? "Late code" : messages.length ? "Another code" : "Code now";
    return make(
      "form",
      { class: "row", onsubmit: write },
      make("button", { class: "act small main", type: "button", onclick: sms({}) }, label),
      word,
      isOpen ? make("button", { class: "act small", type: "button", onclick: () => this.act("end", { activation_id: id, how: messages.length ? "finished" : "cancelled" }) }, "End it upstream") : null,
    );
  }

  setAuto() {
    return this.act("auto", this.auto.checked ? { after_seconds: AUTO_SECONDS } : { off: true });
  }

  async act(deed, body) {
    try {
      await ask(`${UPSTREAM}/${deed}`, body);
      this.told.textContent = "";
    } catch (error) {
      this.told.textContent = error.message;
    }
    document.activeElement?.blur?.();
    await this.look();
  }
}

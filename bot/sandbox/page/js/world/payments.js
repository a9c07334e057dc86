import { isPhone, make } from "../dom.js";
import { browse } from "../links.js";
import { ask } from "../wire.js";
import { bills } from "./houses.js";

const SHOWN = 15;
const TONES = { paid: "good", open: "warn", pending: "warn" };

/** The payment houses: what is open with them, and how it ends. */
export class Payments {
  name = "payments";
  title = "Payments";

  constructor(people) {
    this.people = people;
    this.told = make("p", { class: "faint", role: "status" }, "Bills of the shop at the payment houses. Pay them here, or on the page that the chat's button opens.");
    this.list = make("div", { class: "cards" });
    this.element = make("section", {}, this.told, this.list);
  }

  async look() {
    const found = (await bills()).slice(0, SHOWN);
    const drawn = JSON.stringify(found);
    if (drawn === this.drawn) return;
    this.drawn = drawn;
    this.list.replaceChildren(...(found.length ? found.map((bill) => this.card(bill)) : [make("p", { class: "faint" }, "Nothing yet. Say /topup 25 in a chat and choose a way to pay.")]));
  }

  card({ house, id, told, reference, state, url, deeds }) {
    const acts = deeds.map(([label, path, body], index) => make("button", { class: `act small${index ? "" : label === "Pay" ? " good" : ""}`, type: "button", onclick: () => this.act(path, body) }, label));
    return make(
      "article",
      { class: "card", data: { bill: id } },
      make("header", {}, make("b", {}, told), make("small", {}, `${house} · ${reference ?? id}`), make("span", { class: "mark", data: { tone: TONES[state] ?? "" } }, state)),
      make("div", { class: "row" }, acts, make("button", { class: "act small", type: "button", onclick: () => this.open(url) }, "Open its page")),
    );
  }

  /** Beside the chat where there is room, in a tab of its own where there is none. */
  open(url) {
    const chat = this.people.chats.get(this.people.current);
    const path = new URL(url).pathname;
    if (chat && !isPhone()) browse(`${location.origin}${path}`, chat);
    else window.open(path, "_blank", "noopener");
  }

  async act(path, body) {
    try {
      await ask(path, body);
      this.told.textContent = "Done. The shop hears of it by a notice, or looks by itself.";
    } catch (error) {
      this.told.textContent = error.message;
    }
    await this.look();
  }
}

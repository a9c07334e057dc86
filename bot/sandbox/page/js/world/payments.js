import { make } from "../dom.js";

/** The payment houses: what is open with them, and how it ends. */
export class Payments {
  name = "payments";
  title = "Payments";

  constructor(people) {
    this.people = people;
    this.element = make("section", {}, make("p", { class: "faint" }, "Bills appear here once the shop has asked for one."));
  }
}

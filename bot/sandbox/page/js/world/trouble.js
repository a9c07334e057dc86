import { make } from "../dom.js";
import { calm, SCENES } from "./scenes.js";

/** “Make something go wrong”: each trouble, and what the shop is supposed to make of it. */
export class Trouble {
  name = "trouble";
  title = "Make trouble";

  constructor(people) {
    this.people = people;
    this.told = make("span", { role: "status" }, "Choose a trouble, then use the shop as before. The books must balance whatever you do.");
    const groups = [...new Set(SCENES.map(({ group }) => group))];
    const peace = { label: "everything is back as it was", run: calm };
    const rest = make("button", { class: "act small", type: "button", onclick: (event) => this.run(peace, event.currentTarget) }, "Back to normal");
    this.element = make("section", {}, make("div", { class: "calm" }, this.told, rest), groups.flatMap((group) => [make("h2", {}, group), ...SCENES.filter((scene) => scene.group === group).map((scene) => this.card(scene))]));
  }

  card(scene) {
    const act = (deed) => (event) => this.run(deed, event.currentTarget);
    return make(
      "article",
      { class: "card", data: { scene: scene.name } },
      make("header", {}, make("b", {}, scene.title)),
      make("p", {}, scene.copes),
      make("div", { class: "row" }, scene.deeds.map((deed, index) => make("button", { class: `act small${index ? "" : " main"}`, type: "button", onclick: act(deed) }, deed.label))),
    );
  }

  async run(deed, button) {
    button.disabled = true;
    try {
      const told = await deed.run(this.people);
      button.classList.add("is-done");
      setTimeout(() => button.classList.remove("is-done"), 2_500);
      this.told.textContent = typeof told === "string" ? told : `Done: ${deed.label}.`;
    } catch (error) {
      this.told.textContent = error.message;
    }
    button.disabled = false;
  }
}

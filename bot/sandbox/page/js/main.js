import { make } from "./dom.js";
import { setClock } from "./clock.js";
import { Guide } from "./guide.js";
import { People } from "./people.js";
import { drawShop } from "./shop.js";
import { startTheme } from "./theme.js";
import { listen } from "./wire.js";
import { World } from "./world.js";

let run = null;
const people = new People({ touched: () => {} });
const world = new World(document.getElementById("world"), people);

async function begin() {
  startTheme();
  world.draw();
  await people.load();
  const guide = new Guide(people.chats.values().next().value, () => world.showTrouble());
  const after = Math.min(...[...people.chats.values()].map(({ lastEvent }) => lastEvent));
  listen(after, (name, told) => HEARS[name]({ told, guide }));
}

const HEARS = {
  hello: ({ told }) => {
    if (run && run !== told.run) location.reload();
    run = told.run;
    setClock(told.now);
  },
  chat: ({ told, guide }) => {
    people.hear(told);
    if (told.person_id === guide.chat.person.id && told.message) guide.look(told.message);
  },
  journal: ({ told }) => world.hear(told),
  shop: ({ told }) => {
    setClock(told.now);
    drawShop(told);
  },
  lost: () => drawShop({ phase: "lost" }),
};

begin().catch((error) => {
  document.getElementById("chats").replaceChildren(make("p", { class: "empty", role: "alert" }, `The sandbox does not answer: ${error.message}`));
  throw error;
});

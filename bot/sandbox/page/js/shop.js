import { make } from "./dom.js";

const SAYS = {
  migrating: "making the shop's tables…",
  starting: "starting the shop…",
  open: "the shop is open",
  stopped: "the shop has stopped",
  alone: "no shop attached",
  lost: "the sandbox is gone; waiting for it",
};

/** Whether the bot behind the chat is alive, and what its log says if it is not. */
export function drawShop({ phase, log = "" }) {
  const line = document.getElementById("shop");
  line.dataset.phase = phase;
  line.querySelector("span").textContent = SAYS[phase] ?? phase;
  const banner = document.getElementById("banner");
  banner.dataset.phase = phase;
  banner.hidden = phase === "open" || phase === "alone";
  if (banner.hidden) return;
  const told = { stopped: "The shop's process has ended. Its last words:", lost: "The sandbox does not answer. This page goes on by itself when it is back." }[phase];
  banner.replaceChildren(told ?? `One moment: ${SAYS[phase] ?? phase} You can already look around.`, log ? make("pre", {}, log) : "");
}

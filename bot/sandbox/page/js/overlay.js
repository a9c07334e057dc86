import { make } from "./dom.js";
import { priceOf } from "./bubble.js";

const overlay = document.getElementById("overlay");

/** Show a dialog and wait for what was chosen; Escape and the veil choose nothing. */
export function dialog(title, content, choices) {
  return new Promise((resolve) => {
    const before = document.activeElement;
    const close = (value) => {
      veil.remove();
      before?.focus?.();
      resolve(value);
    };
    const buttons = choices.map(([label, value, style]) => make("button", { class: `act ${style ?? ""}`, type: "button", onclick: () => close(value) }, label));
    const box = make("div", { class: "dialog", role: "dialog", "aria-modal": "true", "aria-label": title, onkeydown: (event) => keep(event, box, close) }, make("h2", {}, title), content, make("div", { class: "row" }, buttons));
    const veil = make("div", { class: "veil", onpointerdown: (event) => event.target === veil && close(null) }, box);
    overlay.append(veil);
    buttons.at(-1).focus();
  });
}

function keep(event, box, close) {
  if (event.key === "Escape") close(null);
  if (event.key !== "Tab") return;
  const stops = [...box.querySelectorAll("button, a, input, select")];
  const edge = event.shiftKey ? stops[0] : stops.at(-1);
  if (document.activeElement !== edge) return;
  event.preventDefault();
  (event.shiftKey ? stops.at(-1) : stops[0]).focus();
}

export const alertOf = (name, text) => dialog(name, make("p", {}, text), [["OK", true, "main"]]);

export const enlarge = (address) => dialog("Photo", make("img", { src: address, alt: "The photo, enlarged" }), [["Close", true, "main"]]);

export const confirmStars = ({ title, description, currency, total_amount: amount }) =>
  dialog(title ?? "Invoice", make("p", {}, `${description ?? ""}\n\n${amount ? priceOf(currency, amount) : "Telegram Stars"} will leave this person's (make-believe) Star balance.`.trim()), [
    ["Not now", null],
    ["Let it fail", "decline", "bad"],
    [`Pay ${amount ? priceOf(currency, amount) : ""}`.trim(), "paid", "main"],
  ]);

export const confirmOutside = (url) => dialog("Open this link?", make("p", {}, url), [["Cancel", null], ["Open in a new tab", true, "main"]]);

/** Make an element. Text always goes in as text: nothing a bot says is ever read as HTML. */
export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) set(element, name, value);
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

function set(element, name, value) {
  if (value === null || value === undefined || value === false) return;
  if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
  else if (name === "class") element.className = value;
  else if (name === "data") Object.assign(element.dataset, value);
  else if (name in element && typeof value !== "string") element[name] = value;
  else element.setAttribute(name, value === true ? "" : value);
}

export async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const field = make("textarea", { class: "unseen" });
    field.value = text;
    document.body.append(field);
    field.select();
    document.execCommand("copy");
    field.remove();
  }
}

/** Close what is open when the person clicks elsewhere or presses Escape. */
export function closeOnLeave(element, close) {
  const outside = (event) => {
    if (event.type === "keydown" ? event.key === "Escape" : !element.contains(event.target)) leave();
  };
  const leave = () => {
    document.removeEventListener("pointerdown", outside, true);
    document.removeEventListener("keydown", outside, true);
    close();
  };
  document.addEventListener("pointerdown", outside, true);
  document.addEventListener("keydown", outside, true);
  return leave;
}

export const clockOf = (seconds) =>
  new Date(seconds * 1000).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });

export const isPhone = () => matchMedia("(max-width: 760px)").matches;

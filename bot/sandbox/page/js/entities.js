import { copy, make } from "./dom.js";

/* Telegram counts entity offsets in UTF-16 units, and so does JavaScript. */
const BARE = /(?<url>https?:\/\/[^\s<>"]+[^\s<>".,;:!?)\]])|(?<command>(?<![\w/])\/[a-z][a-z0-9_]{0,31}\b)/gi;

/** Text and its parsed entities as nodes; `does` says what links and commands do. */
export function words(text, entities, does) {
  const ordered = [...(entities ?? [])].sort((a, b) => a.offset - b.offset || b.length - a.length);
  return pieces(text, 0, text.length, ordered, does);
}

function pieces(text, start, end, entities, does) {
  const nodes = [];
  let at = start;
  for (let index = 0; index < entities.length; ) {
    const entity = entities[index];
    const stop = Math.min(entity.offset + entity.length, end);
    let next = index + 1;
    while (next < entities.length && entities[next].offset < stop) next += 1;
    if (entity.offset > at) nodes.push(...bare(text.slice(at, entity.offset), does));
    nodes.push(wrapped(text, entity, stop, entities.slice(index + 1, next), does));
    at = stop;
    index = next;
  }
  if (at < end) nodes.push(...bare(text.slice(at, end), does));
  return nodes;
}

function wrapped(text, entity, stop, inner, does) {
  const said = text.slice(entity.offset, stop);
  const children = LITERAL.has(entity.type) ? [said] : pieces(text, entity.offset, stop, inner, does);
  return (WRAPS[entity.type] ?? plain)(children, said, entity, does);
}

const LITERAL = new Set(["code", "pre", "url", "text_link", "bot_command", "mention", "email", "phone_number"]);
const plain = (children) => make("span", {}, children);
const tag = (name) => (children) => make(name, {}, children);

const WRAPS = {
  bold: tag("b"),
  italic: tag("i"),
  underline: tag("u"),
  strikethrough: tag("s"),
  blockquote: tag("blockquote"),
  expandable_blockquote: (children) => folded(children),
  spoiler: (children) => spoiler(children),
  code: (children, said, _, does) => mono("code", said, does),
  pre: (children, said, _, does) => mono("pre", said, does),
  url: (children, said, _, does) => link(said, /^[a-z]+:\/\//i.test(said) ? said : `https://${said}`, does),
  text_link: (children, said, entity, does) => link(said, entity.url, does),
  mention: (children, said, _, does) => link(said, `https://t.me/${said.slice(1)}`, does),
  email: (children, said) => make("a", { href: `mailto:${said}` }, said),
  phone_number: (children, said, _, does) => mono("code", said, does),
  bot_command: (children, said, _, does) => command(said, does),
};

function mono(name, said, does) {
  const take = () => copy(said).then(() => does.tell("Copied to the clipboard"));
  const press = (event) => event.key === "Enter" && take();
  return make(name, { tabindex: 0, role: "button", "aria-label": `Copy ${said}`, title: "Click to copy", onclick: take, onkeydown: press }, said);
}

function link(said, url, does) {
  const go = (event) => (event.preventDefault(), does.open(url));
  return make("a", { href: url, rel: "noopener noreferrer", onclick: go }, said);
}

function command(said, does) {
  const say = (event) => (event.preventDefault(), does.say(said));
  return make("a", { href: "#", onclick: say }, said);
}

function spoiler(children) {
  const open = (event) => event.currentTarget.classList.add("is-open");
  return make("span", { class: "spoiler", tabindex: 0, role: "button", "aria-label": "Hidden text", onclick: open, onkeydown: open }, children);
}

function folded(children) {
  const unfold = ({ currentTarget: quote, type, key }) => {
    if (type === "keydown" && key !== "Enter") return;
    quote.classList.remove("is-folded");
    for (const name of ["role", "tabindex", "title", "aria-expanded"]) quote.removeAttribute(name);
  };
  return make("blockquote", { class: "is-folded", title: "Click to unfold", role: "button", tabindex: 0, "aria-expanded": "false", onclick: unfold, onkeydown: unfold }, children);
}

function bare(text, does) {
  const nodes = [];
  let at = 0;
  for (const match of text.matchAll(BARE)) {
    nodes.push(text.slice(at, match.index));
    nodes.push(match.groups.url ? link(match[0], match[0], does) : command(match[0], does));
    at = match.index + match[0].length;
  }
  nodes.push(text.slice(at));
  return nodes.filter((node) => node !== "");
}

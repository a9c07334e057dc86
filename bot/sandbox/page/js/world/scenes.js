import { ask } from "../wire.js";

const UPSTREAM = "/world/sms/active";
const TELEGRAM = "/world/telegram";
const BRAZIL_WHATSAPP = { service: "wa", country: 73 };
const TWENTY_MINUTES = 20 * 60;

const upstream = (path, body) => () => ask(`${UPSTREAM}/${path}`, body);
const fault = (kind, more = {}) => upstream("faults", { kind, ...more });
const telegram = (method, more) => () => ask(`${TELEGRAM}/faults`, { method, ...more });
const notices = (faults) => () => ask("/world/stripe/webhooks", { faults });
const firstShown = (people) => people.chats.get(people.current) ?? people.chats.values().next().value;

/** Troubles one can order: what is done, and what a sound shop makes of it. */
export const SCENES = [
  {
    group: "Upstream",
    name: "reset",
    title: "The number is bought, and the answer never arrives",
    copes: "The next purchase is carried out, then the connection is cut. The shop must neither buy twice nor give the money back: it finds the number in upstream's list, which takes about half a minute, and delivers it.",
    deeds: [{ label: "Cut the next purchase", run: fault("reset_after") }, { label: "Cut it before anything is bought", run: fault("reset_before") }],
  },
  {
    group: "Upstream",
    name: "silence",
    title: "Upstream says nothing",
    copes: "The purchase hangs. The chat says that it is being confirmed; the money stays reserved until it is known whether a number was bought.",
    deeds: [{ label: "Bought, but silent", run: fault("hang_bought") }, { label: "Silent, nothing bought", run: fault("silence") }],
  },
  {
    group: "Upstream",
    name: "stock",
    title: "No numbers left",
    copes: "The money comes back at once, with other countries to choose from, and a bell to be told by. Within two minutes the shop's own look at the stock knows as well, and tells whoever waits once there are some again.",
    deeds: [{ label: "Sell out WhatsApp Brazil", run: upstream("stock", { ...BRAZIL_WHATSAPP, physical_count: 0 }) }, { label: "Refuse one purchase", run: fault("no_numbers") }, { label: "Stock is back", run: upstream("stock", { ...BRAZIL_WHATSAPP, physical_count: 700 }) }],
  },
  {
    group: "Upstream",
    name: "price",
    title: "The price rises after the quote",
    copes: "A card that was quoted caps what upstream may charge: no number is bought above it, and the money comes back.",
    deeds: [{ label: "WhatsApp Brazil now costs $ 2.00", run: upstream("price", { ...BRAZIL_WHATSAPP, cost: "2.00" }) }, { label: "Charge above the cap once", run: fault("above_cap") }],
  },
  {
    group: "Upstream",
    name: "money",
    title: "The shop's own balance at upstream is gone",
    copes: "Customers are paid back, sales pause instead of failing one by one, and Chefe is told.",
    deeds: [{ label: "Balance $ 0", run: upstream("balance", { amount: "0" }) }, { label: "Balance $ 100", run: upstream("balance", { amount: "100" }) }],
  },
  {
    group: "Upstream",
    name: "busy",
    title: "Too many requests, error pages, a ban",
    copes: "The shop slows down or waits, and a failed look never counts as “no code came”.",
    deeds: [{ label: "429 five times", run: fault("too_many_with_retry_after", { times: 5, seconds: 2 }) }, { label: "502 page five times", run: fault("bad_gateway", { action: "*", times: 5 }) }, { label: "Ban for a minute", run: upstream("ban", { seconds: 60 }) }, { label: "Lift the ban", run: upstream("ban", { seconds: 0 }) }],
  },
  {
    group: "Upstream",
    name: "late",
    title: "The code races the cancel",
    copes: "A code that arrives before the money is back is delivered and charged; a later one is kept and shown to the operator. Never both.",
    deeds: [{ label: "A code during the next cancel", run: fault("otp_during_cancel") }, { label: "Code only after the end", run: fault("late_code", { seconds: 1 }) }, { label: "The next number lives 10 s", run: upstream("life", { seconds: 10, next_only: true }) }],
  },
  {
    group: "Payments",
    name: "notices",
    title: "A payment's notice is lost, doubled or delayed",
    copes: "A notice only rings: what was paid is asked for at the house itself, and by itself when nothing rings. Each payment is credited once.",
    deeds: [{ label: "Lose the next one", run: notices({ drop: 1 }) }, { label: "Send it twice", run: notices({ duplicate: 1 }) }, { label: "A day-old signature", run: notices({ stale: 1 }) }, { label: "A forged signature", run: notices({ forged: 1 }) }],
  },
  {
    group: "Payments",
    name: "house",
    title: "The payment house is down",
    copes: "A top-up that cannot be asked for says so; one that was asked for is looked up again until it is known.",
    deeds: [{ label: "Five errors at Stripe", run: () => ask("/world/stripe/faults", { kind: "status500", times: 5 }) }, { label: "Done, but the answer is lost", run: () => ask("/world/stripe/faults", { kind: "reset_after" }) }],
  },
  {
    group: "The person",
    name: "taps",
    title: "Somebody taps five times at once",
    copes: "One card buys once, and one press cancels once.",
    deeds: [{ label: "The next tap counts five times", run: (people) => { const chat = firstShown(people); chat.taps = 5; chat.label(); return `The next button ${chat.person.first_name} presses is pressed five times at once.`; } }],
  },
  {
    group: "The person",
    name: "block",
    title: "Somebody blocks the bot and waits for a code",
    copes: "Nobody else waits because of them; the code is kept and can be read once they are back.",
    deeds: [{ label: "Block the bot", run: (people) => firstShown(people).block(true).then(() => "") }, { label: "Unblock", run: (people) => firstShown(people).block(false).then(() => "") }],
  },
  {
    group: "Telegram",
    name: "telegram",
    title: "Telegram is slow, strict or away",
    copes: "Codes are sent first, waiting times are obeyed, and nothing that must be said is lost.",
    deeds: [{ label: "429 for 5 s", run: telegram("sendMessage", { status: 429, retry_after: 5 }) }, { label: "Three failing sends", run: telegram("sendMessage", { status: 500, times: 3 }) }, { label: "Delivered, answer lost", run: telegram("sendMessage", { reset: "after" }) }],
  },
  {
    group: "The machine",
    name: "plug",
    title: "Somebody pulls the plug",
    copes: "The shop's process is killed on the spot, whatever it was doing. Started again, it ends what it had begun: no purchase twice, no money lost.",
    deeds: [{ label: "Pull the plug", run: () => ask("/world/shop/unplug", {}).then(() => "The shop's process is dead. Tap what you like: Telegram keeps it for later.") }, { label: "Put it back", run: () => ask("/world/shop/start", {}).then(() => "Starting again…") }],
  },
  {
    group: "The machine",
    name: "time",
    title: "Twenty minutes go by",
    copes: "The outside world's clock moves; the shop's own clock is the machine's. Numbers end upstream, and the shop believes upstream.",
    deeds: [{ label: "20 minutes forward", run: () => ask("/world/clock/advance", { seconds: TWENTY_MINUTES }) }],
  },
];

/** Take back what is still on order. */
export const calm = () =>
  Promise.all([
    ...[UPSTREAM, TELEGRAM, "/world/stripe"].map((at) => ask(`${at}/faults`, undefined, "DELETE")),
    upstream("ban", { seconds: 0 })(),
    upstream("stock", { ...BRAZIL_WHATSAPP, physical_count: 700 })(),
    upstream("balance", { amount: "100" })(),
    notices({})(),
  ]);

const SERVICES = { wa: "WhatsApp", tg: "Telegram", go: "Google", ig: "Instagram", fb: "Facebook", tw: "X", ub: "Uber", am: "Amazon", mm: "Microsoft", lf: "TikTok", ds: "Discord", pd: "iFood", cq: "Mercado Livre", ot: "Any other" };
const COUNTRIES = { 73: "🇧🇷 Brazil", 187: "🇺🇸 USA", 16: "🇬🇧 UK", 117: "🇵🇹 Portugal", 39: "🇦🇷 Argentina", 33: "🇨🇴 Colombia", 6: "🇮🇩 Indonesia", 22: "🇮🇳 India", 54: "🇲🇽 Mexico", 43: "🇩🇪 Germany", 78: "🇫🇷 France", 56: "🇪🇸 Spain", 151: "🇨🇱 Chile" };

export const serviceName = (code) => SERVICES[code] ?? code;
export const countryName = (id) => COUNTRIES[id] ?? `country ${id}`;
export const dollars = (amount) => `$ ${Number(amount).toFixed(2)}`;

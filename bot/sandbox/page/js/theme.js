const KEPT = "chegou.theme";
const dark = matchMedia("(prefers-color-scheme: dark)");

const chosen = () => localStorage.getItem(KEPT) ?? (dark.matches ? "dark" : "light");

function show() {
  document.documentElement.dataset.theme = chosen();
}

/** Light or dark as the machine has it, until somebody chooses. */
export function startTheme() {
  show();
  dark.addEventListener("change", show);
  document.getElementById("theme").addEventListener("click", () => {
    localStorage.setItem(KEPT, chosen() === "dark" ? "light" : "dark");
    show();
  });
}

// Search as one types: the server sends the results as a finished piece of page.
import "./desk.js";

const form = document.getElementById("finder");
const results = document.getElementById("results");
let timer = 0;
let running = null;

const address = () => {
  const pairs = [...new FormData(form)].filter(([, value]) => value !== "");
  return new URLSearchParams(pairs).toString();
};

async function show(query, { push = false } = {}) {
  running?.abort();
  running = new AbortController();
  results.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(`/?${query}${query ? "&" : ""}part=results`, {
      signal: running.signal, headers: { accept: "text/html" },
    });
    if (answer.redirected) return location.assign(answer.url);
    results.innerHTML = await answer.text();
    history[push ? "pushState" : "replaceState"]({ query }, "", query ? `/?${query}` : "/");
  } catch (error) {
    if (error.name !== "AbortError") form.submit();
    return;
  }
  results.setAttribute("aria-busy", "false");
}

form.addEventListener("input", (event) => {
  if (event.isComposing) return;
  clearTimeout(timer);
  timer = setTimeout(() => show(address()), 120);
});
// An input method (Telex, VNI) ends a letter after the last input event that it composed.
form.addEventListener("compositionend", () => {
  clearTimeout(timer);
  timer = setTimeout(() => show(address()), 120);
});
form.addEventListener("submit", (event) => {
  event.preventDefault();
  clearTimeout(timer);
  show(address(), { push: true });
});

// Arrow keys walk through the hits; from the box, down enters them.
document.addEventListener("keydown", (event) => {
  if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
  const links = [...results.querySelectorAll(".hits .code")];
  const at = links.indexOf(document.activeElement);
  const inBox = document.activeElement?.id === "q";
  if (at < 0 && !(inBox && event.key === "ArrowDown")) return;
  event.preventDefault();
  const next = at + (event.key === "ArrowDown" ? 1 : -1);
  if (next < 0) document.getElementById("q").focus();
  else links[Math.min(next, links.length - 1)]?.focus();
});

// What was typed while the page was still loading.
if (form.q.value !== (new URLSearchParams(location.search).get("q") ?? "")) show(address());

addEventListener("popstate", () => location.reload());

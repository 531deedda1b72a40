// What every page shares: calls to the API, notes, menus, the key to the search box.

const body = document.body;

/** The page's texts in the visitor's language, from its data block. */
export const texts = JSON.parse(document.getElementById("texts")?.textContent ?? "{}");

/** Fill the {names} of a text. */
export const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");

/** Call the API. Gives {status, data}; status 0 when the server can't be reached. */
export async function call(method, path, data) {
  const headers = { "x-csrf-token": body.dataset.csrf };
  if (data !== undefined) headers["content-type"] = "application/json";
  try {
    const answer = await fetch(path, {
      method, headers, body: data === undefined ? undefined : JSON.stringify(data),
    });
    if (answer.status === 401) location.assign(`/login?to=${encodeURIComponent(location.pathname + location.search)}`);
    const json = answer.headers.get("content-type")?.includes("json");
    return { status: answer.status, data: json ? await answer.json() : {} };
  } catch {
    return { status: 0, data: { error: texts.offline } };
  }
}

/** A note in the corner: read aloud, gone after a while. */
export function note(text, bad = false) {
  const line = document.createElement("p");
  line.textContent = text;
  if (bad) line.className = "bad";
  document.getElementById("toasts").append(line);
  setTimeout(() => line.remove(), bad ? 9000 : 3500);
}

/** Whether a key press belongs to a control (and not to the page's own keys). */
export const typing = (event) =>
  event.isComposing || event.ctrlKey || event.metaKey || event.altKey ||
  event.target.closest("input, textarea, select, dialog[open]");

document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.menu[open]"))
    if (!menu.contains(event.target)) menu.open = false;
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape")
    for (const menu of document.querySelectorAll("details.menu[open]")) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  if (event.key !== "/" || typing(event)) return;
  event.preventDefault();
  const box = document.getElementById("q");
  if (box) box.select();
  else location.assign("/");
});

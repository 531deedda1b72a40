// What a letter's page asks a clerk: whose value stands, and whether it stands elsewhere too.
import { call, fill, note, texts } from "./desk.js";

export function button(text, kind) {
  const made = document.createElement("button");
  made.textContent = text;
  made.className = kind;
  return made;
}

/** Someone else changed the field meanwhile: both values, and a button for each. */
export function conflict(field, mine, { theirs, who }, { settle, store, rest, shownValue }) {
  field.querySelector(".conflict")?.remove();
  const box = document.createElement("div");
  box.className = "conflict warn";
  box.setAttribute("role", "alert");
  const text = document.createElement("p");
  text.textContent = fill(texts.conflict, { who, theirs: theirs ? shownValue(field, theirs) : "∅", mine });
  const keep = button(texts.theirs, "small");
  const use = button(texts.mine, "small");
  const end = () => {
    field.querySelector("form")?.remove();
    field.querySelector(".value").hidden = false;
    rest(field);
  };
  keep.onclick = () => { settle(field, theirs); end(); };
  use.onclick = async () => { if (await store(field, mine, theirs)) end(); };
  box.append(text, keep, " ", use);
  field.append(box);
  keep.focus();
}

/** Letters with the same reading: none is ticked; Space ticks, Enter changes, Escape leaves them. */
export function elsewhere(field, before, value, letters, { home, rest }) {
  const box = document.createElement("form");
  box.className = "panel elsewhere";
  const text = document.createElement("p");
  text.id = "elsewhere-text";
  text.textContent = fill(texts.elsewhere, { before, count: letters.length });
  box.setAttribute("aria-labelledby", text.id);
  const list = document.createElement("ul");
  const ticks = letters.map((id) => {
    const link = document.createElement("a");
    link.href = `/letters/${encodeURIComponent(id)}`;
    link.target = "_blank";
    link.textContent = id;
    return line(list, link);
  });
  if (ticks.length > 1) {
    const all = line(list, document.createTextNode(texts.all), true);
    all.addEventListener("change", () => { for (const tick of ticks) tick.checked = all.checked; });
  }
  const go = button(texts.elsewhere_go, "small primary");
  const no = button(texts.cancel, "small");
  no.type = "button";
  const end = () => { box.remove(); rest(field); };
  no.onclick = end;
  box.append(text, list, go, " ", no);
  box.addEventListener("keydown", (event) => { if (event.key === "Escape") end(); });
  box.addEventListener("submit", async (event) => {
    event.preventDefault();
    const chosen = letters.filter((_, at) => ticks[at].checked);
    if (!chosen.length) return end();
    const { status, data } = await call("POST", `${home}/elsewhere`, { field: field.dataset.field, before, value, letters: chosen });
    if (status !== 200) return note(data.error, true);
    note(`${texts.saved} (${data.changed.length})`);
    end();
  });
  document.getElementById("notices").replaceChildren(box);
  list.querySelector("input").focus();
}

/** A tick box with its label; on top of the list or at its end. */
function line(list, content, top = false) {
  const item = document.createElement("li");
  const label = document.createElement("label");
  const tick = document.createElement("input");
  tick.type = "checkbox";
  label.append(tick, " ", content);
  item.append(label);
  list[top ? "prepend" : "append"](item);
  return tick;
}

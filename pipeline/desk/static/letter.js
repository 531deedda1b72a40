// A letter: fields lit on the scan, edits that never overwrite unseen work, the review's keys.
import { call, note, texts, typing } from "./desk.js";
import { button, conflict, elsewhere } from "./offers.js";
import { Viewer } from "./viewer.js";

const letter = JSON.parse(document.getElementById("letter-data").textContent);
const home = `/api/v1/letters/${encodeURIComponent(letter.id)}`;
const fields = [...document.querySelectorAll(".field")];
const reading = document.getElementById("reading");
let current = null;
let lastEdit = null;
let offered = null;

const viewer = new Viewer(letter, {
  onPage: (number) => { document.getElementById("text-page").textContent = number; },
  onLines: drawText,
  onWord: (line, word) => { showText(); choose(line, word); },
});

// --- Tabs ---
const tabs = [...document.querySelectorAll("[role=tab]")];
function openTab(tab, focus = false) {
  for (const other of tabs) {
    const on = other === tab;
    other.setAttribute("aria-selected", on);
    other.tabIndex = on ? 0 : -1;
    document.getElementById(other.getAttribute("aria-controls")).hidden = !on;
  }
  if (focus) tab.focus();
  if (tab.id === "tab-text") drawText();
}
for (const tab of tabs) tab.addEventListener("click", () => openTab(tab));
document.querySelector("[role=tablist]").addEventListener("keydown", (event) => {
  const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (!by) return;
  const at = tabs.indexOf(document.activeElement);
  openTab(tabs[(at + by + tabs.length) % tabs.length], true);
});
const showText = () => openTab(document.getElementById("tab-text"));

// --- Text of the page ---
function drawText() {
  const hidden = document.getElementById("panel-text").hidden;
  if (hidden || reading.dataset.page === String(viewer.shown) || !viewer.lines.length) return;
  reading.dataset.page = viewer.shown;
  reading.replaceChildren(...viewer.lines.map((line, l) => {
    const row = document.createElement("span");
    row.className = "line";
    line.forEach((word, w) => {
      const span = document.createElement("span");
      span.className = `w${word.sure < 0.6 ? " low" : ""}`;
      span.textContent = word.text;
      span.dataset.at = `${l}-${w}`;
      if (word.sure < 0.6) span.title = `${Math.round(word.sure * 100)} %`;
      row.append(span, " ");
    });
    return row;
  }));
}
function choose(line, word) {
  drawText();
  for (const span of reading.querySelectorAll(".on")) span.classList.remove("on");
  const span = reading.querySelector(`[data-at="${line}-${word}"]`);
  span?.classList.add("on");
  span?.scrollIntoView({ block: "center" });
  viewer.mark(line, word);
}
reading.addEventListener("click", (event) => {
  const at = event.target.dataset?.at;
  if (at) choose(...at.split("-").map(Number));
});

// --- Fields ---
function select(field, { scroll = true } = {}) {
  current?.classList.remove("current");
  current = field;
  if (!field) return viewer.dim();
  openTab(document.getElementById("tab-record"));
  field.classList.add("current");
  if (scroll) field.scrollIntoView({ block: "center" });
  if (field.dataset.box)
    viewer.light(Number(field.dataset.page), field.dataset.box.split(",").map(Number), field.classList.contains("doubt"));
  else viewer.dim();
}

function edit(field) {
  if (!letter.mayEdit || field.querySelector("form")) return;
  select(field);
  const form = document.createElement("form");
  const input = document.createElement(field.dataset.long ? "textarea" : "input");
  input.value = shownValue(field, field.dataset.value);
  input.setAttribute("aria-label", field.dataset.label);
  input.title = texts.empty;
  input.autocomplete = "off";
  const save = button(texts.save, "small primary");
  const cancel = button(texts.cancel, "small");
  cancel.type = "button";
  form.append(input, save, cancel);
  field.querySelector("dd").append(form);
  field.querySelector(".value").hidden = true;
  input.focus();
  input.select();
  field.scrollIntoView({ block: "nearest" });
  const close = () => {
    form.remove();
    field.querySelector(".value").hidden = false;
    rest(field);
  };
  cancel.onclick = close;
  form.addEventListener("keydown", (event) => {
    if (event.key === "Escape") { event.stopPropagation(); close(); }
    if (event.key === "Enter" && !event.isComposing && !event.shiftKey) { event.preventDefault(); form.requestSubmit(); }
  });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const done = await store(field, input.value.normalize("NFC").trim());
    if (done) close();
    offer();
  });
}

/** The focus after a field is dealt with: in the review the next Enter is for the letter. */
function rest(field) {
  if (!letter.review) return field.querySelector(".edit").focus();
  field.tabIndex = -1;
  field.focus();
}

/** Ask about the same reading in other letters, once the field itself is settled. */
function offer() {
  offered?.();
  offered = null;
}

/** Send a field's new value. True when it is stored; on a conflict the field asks what to do. */
async function store(field, value, expected = field.dataset.missing ? null : field.dataset.value) {
  const { status, data } = await call("PATCH", home, { field: field.dataset.field, value: value || null, expected });
  if (status === 409 && "theirs" in data) {
    conflict(field, value, data, { settle, store, rest, shownValue });
    return false;
  }
  if (status !== 200) { note(data.error ?? texts.offline, true); return false; }
  lastEdit = { field, before: expected, after: data.value };
  settle(field, data.value);
  note(texts.saved);
  if (!data.review.needed) {
    const state = document.getElementById("state");
    state.textContent = texts.fine;
    state.className = "tag fine";
  }
  if (data.elsewhere.length) offered = () => elsewhere(field, expected, data.value, data.elsewhere, { home, rest });
  return true;
}

/** A value as clerks write it: dates are day/month/year. */
function shownValue(field, value) {
  return field.dataset.dated ? value.split("-").reverse().join("/") : value;
}

/** Show a value as stored. */
function settle(field, value) {
  field.dataset.value = value ?? "";
  field.dataset.missing = value === null ? "yes" : "";
  const shown = field.querySelector(".value");
  shown.textContent = value === null ? texts.absent : shownValue(field, value);
  shown.classList.toggle("missing", value === null);
  field.classList.remove("doubt");
  field.querySelector(".meter")?.remove();
  field.querySelector(".conflict")?.remove();
}

for (const field of fields) {
  field.addEventListener("click", (event) => {
    if (event.target.closest(".edit")) edit(field);
    else if (event.target.closest(".choose")) store(field, event.target.closest(".choose").dataset.value).then(offer);
    else if (!event.target.closest("form, .conflict")) select(field, { scroll: false });
  });
  field.addEventListener("focusin", () => { if (current !== field) select(field, { scroll: false }); });
}

// --- Corrections and directives: the page is loaded again, the tab stays ---
const reload = (tab) => { location.hash = tab; location.reload(); };
document.getElementById("panel-corrections").addEventListener("click", async (event) => {
  const what = event.target.closest(".switch");
  if (!what) return;
  const number = what.closest("tr").dataset.correction;
  const { status, data } = await call("PUT", `${home}/corrections/${number}`, { undone: what.dataset.undone === "yes" });
  if (status === 200) reload("corrections");
  else note(data.error, true);
});
document.getElementById("panel-directives").addEventListener("click", async (event) => {
  const what = event.target.closest(".settle");
  const place = event.target.closest("[data-box]");
  if (!what) {
    if (place) viewer.light(Number(place.dataset.page), place.dataset.box.split(",").map(Number), false);
    return;
  }
  const { status, data } = await call("PUT", `${home}/directives`, { label: what.dataset.label, done: what.dataset.done === "yes" });
  if (status === 200) reload("directives");
  else note(data.error, true);
});

// --- Review ---
const doubtful = () => fields.filter((field) => field.classList.contains("doubt"));
function nextDoubt(by) {
  const list = doubtful();
  if (!list.length) return;
  const at = list.indexOf(current);
  select(list[(at + by + list.length) % list.length]);
}
async function accept() {
  const { status, data } = await call("POST", `${home}/accept`);
  if (status !== 200) return note(data.error, true);
  note(texts.accepted);
  location.assign(data.next ? `/review/${encodeURIComponent(data.next)}` : "/review");
}
async function undoEdit() {
  if (!lastEdit) return;
  const { field, before, after } = lastEdit;
  lastEdit = { field, before: after, after: before };  // the same key again makes it again
  const { status, data } = await call("PATCH", home, { field: field.dataset.field, value: before, expected: after });
  if (status !== 200) return note(data.error, true);
  settle(field, data.value);
  note(texts.undo);
}
const help = document.getElementById("help");
document.getElementById("accept")?.addEventListener("click", accept);
document.getElementById("next-doubt")?.addEventListener("click", () => nextDoubt(1));
document.getElementById("help-button")?.addEventListener("click", () => help.showModal());

const keys = {
  j: () => nextDoubt(1), ArrowDown: () => nextDoubt(1), k: () => nextDoubt(-1), ArrowUp: () => nextDoubt(-1),
  e: () => current && edit(current), u: undoEdit, s: () => document.getElementById("skip")?.click(),
  PageDown: () => viewer.step(1), PageUp: () => viewer.step(-1),
  "+": () => viewer.scale(1.25), "=": () => viewer.scale(1.25), "-": () => viewer.scale(0.8), 0: () => viewer.fit(),
  r: () => viewer.rotate(), "?": () => help.showModal(),
};
document.addEventListener("keydown", (event) => {
  if (typing(event)) return;
  if (event.key === "Enter") {
    // Enter on a button or link does what that control does.
    if (letter.review && !event.target.closest("button, a, summary")) { event.preventDefault(); accept(); }
    return;
  }
  if (/^[1-9]$/.test(event.key) && current) {
    const choice = current.querySelectorAll(".choose")[Number(event.key) - 1];
    if (choice) { event.preventDefault(); store(current, choice.dataset.value).then(offer); }
    return;
  }
  if (!letter.review && (event.key === "ArrowDown" || event.key === "ArrowUp")) return;
  const act = keys[event.key.length === 1 ? event.key.toLowerCase() : event.key];
  if (!act) return;
  event.preventDefault();
  act();
});

// --- Begin ---
const wanted = document.getElementById(`tab-${location.hash.slice(1)}`);
if (wanted) openTab(wanted);
if (letter.sheets.length) {
  const first = letter.review ? doubtful()[0] : null;
  const page = Number(first?.dataset.page || letter.sheets[0].number);
  viewer.open(page);
  if (first) select(first);
}

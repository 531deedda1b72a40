// Adding scans: drop or choose, two uploads at a time, the list refreshed while files convert.
import { call, note, texts } from "./desk.js";

const kinds = texts.kinds.split(",");
const waiting = [];
let active = 0;

const sending = document.getElementById("sending");
const jobs = document.getElementById("jobs");
const drop = document.getElementById("drop");
const picker = document.getElementById("picker");
const folder = document.getElementById("folder");

function add(files) {
  for (const file of files) {
    if (!kinds.some((kind) => file.name.toLowerCase().endsWith(kind))) {
      line(file.name).say(texts.kind, true);
      continue;
    }
    waiting.push({ file, line: line(file.name) });
  }
  pump();
}

/** A line of the list: name, bar, word. */
function line(name) {
  const item = document.createElement("li");
  const label = document.createElement("span");
  label.textContent = name;
  const bar = document.createElement("progress");
  bar.max = 1;
  bar.value = 0;
  bar.setAttribute("aria-label", name);
  const word = document.createElement("span");
  item.append(label, bar, word);
  sending.append(item);
  return {
    at(part) { bar.value = part; },
    say(text, bad = false) {
      word.textContent = text;
      if (bad) bar.hidden = true;
    },
    done() { setTimeout(() => item.remove(), 2500); },
  };
}

function pump() {
  while (active < 2 && waiting.length) {
    active += 1;
    send(waiting.shift()).finally(() => {
      active -= 1;
      pump();
      if (!active && !waiting.length) refresh();
    });
  }
}

/** fetch() can't tell how far an upload is, so this one call is an XMLHttpRequest. */
function send({ file, line }) {
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    request.open("PUT", `/api/v1/files/${encodeURIComponent(file.name.normalize("NFC"))}`);
    request.setRequestHeader("x-csrf-token", document.body.dataset.csrf);
    request.upload.onprogress = (event) => event.lengthComputable && line.at(event.loaded / event.total);
    request.onload = () => {
      if (request.status === 201) {
        line.at(1);
        line.say(texts.sent);
        line.done();
      } else {
        let reason = texts.not_sent;
        try { reason = JSON.parse(request.responseText).error ?? reason; } catch { /* not JSON: keep the plain word */ }
        line.say(reason, true);
      }
      resolve();
    };
    request.onerror = () => { line.say(texts.offline, true); resolve(); };
    line.say(texts.uploading);
    request.send(file);
  });
}

async function refresh() {
  const answer = await fetch("/files?part=jobs", { headers: { accept: "text/html" } });
  if (!answer.ok || answer.redirected) return;
  const held = document.activeElement?.dataset?.job;
  jobs.innerHTML = await answer.text();
  if (held) jobs.querySelector(`[data-job="${held}"]`)?.focus();
}

setInterval(() => {
  if (!document.hidden && (active || jobs.querySelector("[data-busy=yes]"))) refresh();
}, 1500);

jobs.addEventListener("click", async (event) => {
  const one = event.target.closest(".retry");
  if (!one && event.target.id !== "retry-all") return;
  const path = one ? `/api/v1/jobs/${one.dataset.job}/retry` : "/api/v1/jobs/retry";
  const { status, data } = await call("POST", path);
  if (status !== 200) note(data.error, true);
  refresh();
});

document.getElementById("choose").addEventListener("click", () => picker.click());
document.getElementById("choose-folder").addEventListener("click", () => folder.click());
for (const input of [picker, folder])
  input.addEventListener("change", () => { add(input.files); input.value = ""; });

for (const kind of ["dragenter", "dragover"])
  document.addEventListener(kind, (event) => { event.preventDefault(); drop.classList.add("over"); });
document.addEventListener("dragleave", (event) => { if (!event.relatedTarget) drop.classList.remove("over"); });
document.addEventListener("drop", async (event) => {
  event.preventDefault();
  drop.classList.remove("over");
  const entries = [...event.dataTransfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
  if (!entries.some((entry) => entry.isDirectory)) return add(event.dataTransfer.files);
  for (const entry of entries) add(await walk(entry));
});

/** All files below a dropped folder; the browser hands them out a hundred at a time. */
async function walk(entry) {
  if (entry.isFile) return [await new Promise((found, lost) => entry.file(found, lost))];
  const reader = entry.createReader();
  const files = [];
  for (;;) {
    const some = await new Promise((found, lost) => reader.readEntries(found, lost));
    if (!some.length) return files;
    for (const inner of some) files.push(...(await walk(inner)));
  }
}

// The scan: pages, zoom, pan, rotation, boxes of fields and words.

const SVG = "http://www.w3.org/2000/svg";

export class Viewer {
  constructor(letter, { onPage, onLines, onWord }) {
    this.letter = letter;
    this.onPage = onPage;
    this.onLines = onLines;
    this.onWord = onWord;
    this.stage = document.getElementById("stage");
    this.leaf = document.getElementById("leaf");
    this.image = document.getElementById("sheet");
    this.boxes = document.getElementById("boxes");
    this.at = 0;
    this.turn = 0;
    this.zoom = 1;
    this.x = 0;
    this.y = 0;
    this.lines = [];
    this.lit = null;
    this.shown = null;
    this.#listen();
  }

  get sheet() { return this.letter.sheets[this.at]; }

  /** Show the page with this number; resolves when its words are there. */
  async open(number) {
    const at = this.letter.sheets.findIndex((sheet) => sheet.number === number);
    if (at < 0) return;
    if (at === this.at && this.shown === number) return;
    this.at = at;
    this.shown = number;
    this.turn = 0;
    this.full = false;
    this.lines = [];
    document.getElementById("page-number").value = at + 1;
    const { width, height } = this.sheet;
    const path = `/letters/${encodeURIComponent(this.letter.id)}/pages/${number}.jpg`;
    const picture = width > 0;
    document.getElementById("nopicture").hidden = picture;
    this.leaf.hidden = !picture;
    this.boxes.replaceChildren();
    this.lit = null;
    if (picture) {
      this.leaf.style.width = `${width}px`;
      this.leaf.style.height = `${height}px`;
      this.boxes.setAttribute("viewBox", `0 0 ${width} ${height}`);
      this.image.hidden = false;
      this.image.src = path;
      this.path = path;
      this.fit();
    }
    this.onPage(number);
    const answer = await fetch(`/api/v1/letters/${encodeURIComponent(this.letter.id)}/pages/${number}/words`);
    if (!answer.ok || this.shown !== number) return;
    const { lines, low } = await answer.json();
    this.lines = lines;
    this.#words(low);
    this.onLines();
  }

  step(by) {
    const next = this.letter.sheets[this.at + by];
    return next ? this.open(next.number) : undefined;
  }

  fit() {
    const { width, height } = this.sheet;
    const [w, h] = this.turn % 2 ? [height, width] : [width, height];
    // A letter is read from its top: fill the width rather than show the whole sheet small.
    this.zoom = (this.stage.clientWidth - 24) / w;
    this.x = 12;
    this.y = Math.max(12, (this.stage.clientHeight - h * this.zoom) / 2);
    if (h * this.zoom > this.stage.clientHeight) this.y = 12;
    this.#place();
  }

  scale(by, cx = this.stage.clientWidth / 2, cy = this.stage.clientHeight / 2) {
    const before = this.zoom;
    this.zoom = Math.min(6, Math.max(0.05, this.zoom * by));
    const real = this.zoom / before;
    this.x = cx - (cx - this.x) * real;
    this.y = cy - (cy - this.y) * real;
    this.#place();
  }

  rotate() {
    this.turn = (this.turn + 1) % 4;
    this.fit();
  }

  /** Light a field's box and bring it into view. */
  async light(page, box, doubt) {
    await this.open(page);
    this.dim();
    this.lit = box;
    const rect = this.#rect(box, `fieldbox${doubt ? " doubt" : ""}`, 6);
    this.boxes.append(rect);
    this.#reveal(box);
  }

  dim() {
    this.lit = null;
    for (const rect of this.boxes.querySelectorAll(".fieldbox")) rect.remove();
  }

  /** Mark one word, on the scan. */
  mark(line, word) {
    for (const rect of this.boxes.querySelectorAll(".word.on")) rect.classList.remove("on");
    const rect = this.boxes.querySelector(`[data-at="${line}-${word}"]`);
    rect?.classList.add("on");
    const box = this.lines[line]?.[word]?.box;
    if (box) this.#reveal(box);
  }

  #words(low) {
    const parts = [];
    this.lines.forEach((line, l) => line.forEach((word, w) => {
      if (!word.box) return;
      const rect = this.#rect(word.box, "word", 0);
      rect.dataset.at = `${l}-${w}`;
      parts.push(rect);
      if (word.sure < low) {
        const [x0, , x1, y1] = word.box;
        const under = document.createElementNS(SVG, "line");
        for (const [name, value] of [["x1", x0], ["x2", x1], ["y1", y1 + 3], ["y2", y1 + 3]])
          under.setAttribute(name, value);
        under.setAttribute("class", "under");
        parts.push(under);
      }
    }));
    this.boxes.prepend(...parts);
  }

  #rect([x0, y0, x1, y1], kind, margin) {
    const rect = document.createElementNS(SVG, "rect");
    rect.setAttribute("x", x0 - margin);
    rect.setAttribute("y", y0 - margin);
    rect.setAttribute("width", x1 - x0 + 2 * margin);
    rect.setAttribute("height", y1 - y0 + 2 * margin);
    rect.setAttribute("class", kind);
    return rect;
  }

  #reveal(box) {
    const [cx, cy] = this.#onStage((box[0] + box[2]) / 2, (box[1] + box[3]) / 2);
    const { clientWidth: w, clientHeight: h } = this.stage;
    const aside = cx < w * 0.05 || cx > w * 0.95;
    const below = cy < h * 0.08 || cy > h * 0.92;
    if (!aside && !below) return;
    if (aside) this.x += w / 2 - cx;
    if (below) this.y += h / 3 - cy;
    this.leaf.classList.add("glide");
    this.#place();
    setTimeout(() => this.leaf.classList.remove("glide"), 200);
  }

  #onStage(px, py) {
    const { width, height } = this.sheet;
    const turned = [[px, py], [height - py, px], [width - px, height - py], [py, width - px]][this.turn];
    return [this.x + turned[0] * this.zoom, this.y + turned[1] * this.zoom];
  }

  #place() {
    const { width, height } = this.sheet;
    const shift = [[0, 0], [height, 0], [width, height], [0, width]][this.turn];
    const [dx, dy] = [this.x + shift[0] * this.zoom, this.y + shift[1] * this.zoom];
    this.leaf.style.transform = `translate(${dx}px, ${dy}px) rotate(${this.turn * 90}deg) scale(${this.zoom})`;
    // The small picture is 2,000 pixels tall: past that, fetch the whole one.
    if (!this.full && this.zoom * Math.max(width, height) * devicePixelRatio > 2600) {
      this.full = true;
      const better = new Image();
      const { path } = this;
      better.onload = () => { if (this.path === path) this.image.src = better.src; };
      better.src = `${path}?size=full`;
    }
  }

  #listen() {
    let held = null;
    this.stage.addEventListener("pointerdown", (event) => {
      held = { x: event.clientX - this.x, y: event.clientY - this.y, moved: false, id: event.pointerId };
    });
    this.stage.addEventListener("pointermove", (event) => {
      if (!held) return;
      const [x, y] = [event.clientX - held.x, event.clientY - held.y];
      if (!held.moved && Math.hypot(x - this.x, y - this.y) < 4) return;
      if (!held.moved) this.stage.setPointerCapture(held.id);
      held.moved = true;
      this.stage.classList.add("dragging");
      [this.x, this.y] = [x, y];
      this.#place();
    });
    for (const kind of ["pointerup", "pointercancel"])
      this.stage.addEventListener(kind, () => { held = null; this.stage.classList.remove("dragging"); });
    this.stage.addEventListener("wheel", (event) => {
      event.preventDefault();
      const area = this.stage.getBoundingClientRect();
      if (event.ctrlKey) this.scale(Math.exp(-event.deltaY / 200), event.clientX - area.left, event.clientY - area.top);
      else { this.x -= event.deltaX; this.y -= event.deltaY; this.#place(); }
    }, { passive: false });
    this.boxes.addEventListener("click", (event) => {
      const at = event.target.dataset?.at;
      if (at) this.onWord(...at.split("-").map(Number));
    });
    document.getElementById("page-back").onclick = () => this.step(-1);
    document.getElementById("page-on").onclick = () => this.step(1);
    document.getElementById("page-number").onchange = (event) => {
      const sheet = this.letter.sheets[Number(event.target.value) - 1];
      if (sheet) this.open(sheet.number);
    };
    document.getElementById("zoom-in").onclick = () => this.scale(1.25);
    document.getElementById("zoom-out").onclick = () => this.scale(0.8);
    document.getElementById("zoom-fit").onclick = () => this.fit();
    document.getElementById("rotate").onclick = () => this.rotate();
    new ResizeObserver(() => {
      if (!this.shown || !this.sheet.width) return;
      this.fit();
      if (this.lit) this.#reveal(this.lit);
    }).observe(this.stage);
  }
}

// The transcript: made from the data in reading order, and kept where the voice is.

const rows = [];
const gaps = []; // unwritten stretches, as they stand in the transcript
const headings = []; // {node, rows, blocks}
const blocks = []; // paragraphs: {node, rows, part}
const parts = []; // sections: {node, blocks, head}
const onRow = []; // told of each row that is made

function sentenceNode(s) {
  s.node = make("span", { className: "s", textContent: s.text });
  if (!s.zh) Object.assign(s.node, { id: `s${s.index}`, tabIndex: -1 });
  s.node.sentence = s;
  return s.node;
}

function rowNode([paragraph, en, zh], first) {
  const mine = en.map((k) => sentences[k]);
  const start = mine.find((s) => s.start !== null)?.start ?? null;
  const row = make("div", { className: "row" });
  const time = make("button", { type: "button", className: "at", tabIndex: -1 });
  const left = make("p", { lang: "en" });
  const right = make("p", { lang: data.zh });
  const speaker = data.paragraphs[paragraph][1];
  if (first && speaker) {
    (en.length ? left : right).append(make("span", { className: "speaker", textContent: speaker, lang: langOf(speaker) }), make("span", { className: "colon", textContent: ": " }));
  }
  mine.forEach((s) => left.append(sentenceNode(s), " "));
  zh.forEach((k) => right.append(sentenceNode(sentences[k])));
  row.append(time);
  if (en.length) row.append(left);
  if (zh.length) row.append(right);
  const model = { node: row, time, start, paragraph, en: mine, zh: zh.map((k) => sentences[k]), shown: true };
  [...model.en, ...model.zh].forEach((s) => { s.row = s.home = model; });
  time.onclick = () => { if (model.start !== null) jump(model.start, model.en[0]); };
  timeOf(model);
  onRow.forEach((told) => told(model));
  return model;
}

function timeOf(row) {
  row.start = row.en.find((s) => s.start !== null)?.start ?? null;
  row.time.textContent = row.start === null ? "" : clock(row.start);
  row.time.hidden = row.start === null;
  row.time.ariaLabel = t("play from", row.time.textContent);
}

function gapNode([start, end, kind]) {
  const text = () => t(kind === "speech" ? "gap speech" : "gap other", clock(start), clock(end));
  const button = make("button", { type: "button", textContent: text(), onclick: () => jump(start) });
  const node = make("div", { className: "gap" }, button);
  gaps.push({ node, button, start, end, kind, text });
  return node;
}

const PX = { wide: 640, line: 25, en: 48, zh: 25, row: 4 };

/** About how high text will be when it is laid out, so that the scroll bar tells the truth before it is. */
function estimate(node, own, more = 0) {
  const letters = (side, width) => side.reduce((sum, s) => sum + s.text.length, 0) / width;
  const size = SIZES[kept.read("size", 1)];
  const stacked = data.page === "study" || innerWidth <= PX.wide;
  const width = Math.min(innerWidth, 760) / size;
  const lines = stacked
    ? ({ en, zh }) => 1 + Math.ceil(letters(en, width / 9)) + Math.ceil(letters(zh, width / 17))
    : ({ en, zh }) => Math.max(1, Math.ceil(letters(en, PX.en / size)), Math.ceil(letters(zh, PX.zh / size)));
  const high = own.reduce((sum, row) => sum + (row.shown ? PX.line * size * lines(row) + PX.row : 0), 12 + more);
  node.style.containIntrinsicBlockSize = `auto ${Math.round(high)}px`;
  return high;
}

function build() {
  document.title = data.title;
  $("title").textContent = data.title;
  $("title").lang = langOf(data.title);
  const waiting = [...data.unwritten];
  const gapsBefore = (time) => {
    const count = time === null ? 0 : waiting.filter(([start]) => start < time).length;
    return waiting.splice(0, count).map(gapNode);
  };
  const byParagraph = new Map();
  data.rows.forEach((row) => byParagraph.set(row[0], [...(byParagraph.get(row[0]) ?? []), row]));
  const page = document.createDocumentFragment();
  let part = null;
  let section = -1;
  const open = (head) => {
    part = { node: make("div", { className: "part" }, ...(head ? [head.node] : [])), blocks: [], head };
    parts.push(part);
    page.append(part.node);
  };
  const next = () => {
    page.append(...gapsBefore(data.sections[++section][3]));
    open(headingNode(section));
  };
  open(null);
  data.paragraphs.forEach(([of], paragraph) => {
    while (of !== null && section < of) next();
    const block = { node: make("div", { className: "paragraph" }), rows: [], part };
    block.rows = (byParagraph.get(paragraph) ?? []).map((entry, n) => rowNode(entry, n === 0));
    block.rows.forEach((row) => { block.node.append(...gapsBefore(row.start), row.node); row.block = block; });
    rows.push(...block.rows);
    headings.at(-1)?.rows.push(...block.rows);
    blocks.push(block);
    part.blocks.push(block);
    part.node.append(block.node);
  });
  while (section + 1 < data.sections.length) next();
  page.append(...waiting.map(gapNode));
  layOut();
  $("transcript").append(page);
  sortTimed();
}

/** Hide what has nothing to show, and say how high the rest will be: or the page would have holes. */
function layOut() {
  for (const part of parts) {
    let high = part.head && !part.head.node.hidden ? 60 : 0;
    for (const block of part.blocks) {
      block.node.hidden = !block.rows.some((row) => row.shown);
      if (!block.node.hidden) high += estimate(block.node, block.rows);
    }
    part.node.hidden = high === 0;
    estimate(part.node, [], high);
  }
}

const sectionTime = (start, approximate) => (start === null ? "–" : `${approximate ? "≈ " : ""}${clock(start)}`);

function headingNode(index) {
  const [text, depth, , start, approximate] = data.sections[index];
  const node = make(`h${Math.min(6, depth + 1)}`, { id: `h${index}` }, make("span", { textContent: text || t("no heading"), lang: langOf(text) }));
  if (start !== null) {
    const button = make("button", { type: "button", textContent: sectionTime(start, approximate), onclick: () => jump(start) });
    button.ariaLabel = t(approximate ? "play section about" : "play section", clock(start));
    if (approximate) button.title = t("section guessed");
    node.append(button);
  }
  const heading = { node, rows: [] };
  headings.push(heading);
  return heading;
}

// --- following the voice ---------------------------------------------------------------------------------------------

let spoken = null;
let lit = []; // the spoken sentence and what translates it
let following = true;
const onJump = []; // told the time that the reader goes to
const onSpoken = []; // told the sentence that is said now, or null

function setFollowing(yes) {
  following = yes;
  $("follow").ariaPressed = String(yes);
}
const stopFollowing = () => { setFollowing(false); aim = null; };

function highlight(ms) {
  const current = saidAt(ms);
  if (current === spoken) {
    if (current && following && tall(current)) bring(current, ms);
    return;
  }
  lit.forEach((s) => { s.node.classList.remove("now"); s.node.removeAttribute("aria-current"); });
  spoken = current;
  lit = current ? [current, ...current.row.zh.filter((z) => z.moved || (z.start !== null && z.start < current.end && current.start < z.end))] : [];
  lit.forEach((s) => { s.node.classList.add("now"); });
  current?.node.setAttribute("aria-current", "true");
  if (current && following && current.row.shown) bring(current, ms);
  onSpoken.forEach((told) => told(current));
}

// In a pause nothing is lit: what was said last is where the reader is.
onSeek.push((ms) => { const s = saidLast(ms); if (!spoken && s?.row.shown && following) bring(s); });

/** Go somewhere because the reader said so: the address has it, Back leads back, and it plays if `sounding`. */
function jump(ms, s = null, { sounding = true } = {}) {
  onJump.forEach((told) => told(ms));
  remember(s ?? saidAt(ms), ms);
  setFollowing(true);
  seek(ms);
  if (sounding) play();
}

function remember(s, ms) {
  const hash = s && s.start !== null && Math.abs(s.start - ms) < 1000 ? `#s=${s.index}` : `#t=${Math.round(ms / 1000)}`;
  if (!location.hash) history.replaceState({ ms: now() }, ""); // what Back leads to has no place in its address
  if (location.hash !== hash) history.pushState(null, "", hash);
}

/** Where a link leads: `#t=754`, `#t=12:34`, `#s=12`, and `#s12` of older pages. */
function linked() {
  const [, name, value] = /^#(s|t)=?([\d:.]+s?)$/.exec(location.hash) ?? [];
  if (name === "s") {
    const s = sentences[Number(value)];
    return s ? { s, ms: s.start ?? placeOf(s) } : null;
  }
  const ms = value === undefined ? null : fromClock(value);
  return ms === null ? null : { s: saidAt(ms) ?? timed[Math.max(0, lastBefore(timed, (o) => o.start, ms))] ?? null, ms };
}

function goToLink() {
  const target = linked();
  if (!target) return false;
  setFollowing(true);
  seek(target.ms);
  if (target.s) bring(target.s);
  return true;
}

/** Where a sentence without a time would stand: at the end of the one before it. */
function placeOf(s) {
  const above = english.filter((o) => o.index < s.index && o.start !== null).at(-1);
  return above?.end ?? english.find((o) => o.index > s.index && o.start !== null)?.start ?? 0;
}

const calm = matchMedia("(prefers-reduced-motion: reduce)");
let aim = null; // the sentence that is being scrolled to
let corrections = 0;

/** The stretch of the window that the transcript has: below what sticks above it, above what sticks below. */
function stretch() {
  const below = document.querySelector(".below:not([hidden])");
  return [Math.max(0, $("deck").getBoundingClientRect().bottom), innerHeight - (below ? below.offsetHeight : 0)];
}

/** What has to be seen of a sentence: its row with the translation; of a row that is too high, the place being said. */
function boxOf(s, ms = now()) {
  const row = s.row.node.getBoundingClientRect();
  const [top, bottom] = stretch();
  if (row.height <= bottom - top - 16) return row;
  const box = s.node.getBoundingClientRect();
  if (box.height <= bottom - top - 16) return box;
  const done = s.start === null ? 0 : Math.max(0, Math.min(1, (ms - s.start) / Math.max(1, s.end - s.start)));
  const line = 60;
  return new DOMRect(box.left, box.top + done * (box.height - line), box.width, line);
}
const tall = (s) => s.node.getBoundingClientRect().height > stretch()[1] - stretch()[0] - 16;

function inView(s, ms) {
  const [box, [top, bottom]] = [boxOf(s, ms), stretch()];
  return box.height > 0 && box.top >= top + 8 && box.bottom <= bottom - 8;
}

function shift(s, behavior, ms) {
  const [box, [top, bottom]] = [boxOf(s, ms), stretch()];
  const room = Math.max(8, Math.min((bottom - top) / 3, bottom - top - box.height - 8));
  scrollBy({ top: box.top - top - room, behavior });
}

/** Scroll a sentence into view. */
function bring(s, ms) {
  if (!aim && inView(s, ms)) return; // on the way to another one it will not stay there
  const far = Math.abs(s.node.getBoundingClientRect().top - stretch()[0]) > 2 * innerHeight;
  if (far) s.node.scrollIntoView({ block: "center", behavior: "instant" }); // lays out what is there: heights were estimates
  [aim, corrections] = [s, 0];
  shift(s, calm.matches || far ? "instant" : "smooth", ms);
  setTimeout(() => { if (aim === s) aim = null; }, 1500); // it was there already: no scroll, no end of one
}

/** What came into view on the way has got its true height, which moves what is below it: the aim was off. */
function arrived() {
  if (aim && !inView(aim) && corrections++ < 3) shift(aim, "instant");
  else aim = null;
}

function watchScrolling() {
  for (const event of ["wheel", "touchmove"]) addEventListener(event, stopFollowing, { passive: true });
  addEventListener("scrollend", arrived);
  addEventListener("pointerdown", (event) => { if (event.target === document.documentElement) stopFollowing(); }); // its scrollbar
  addEventListener("popstate", (event) => { if (location.hash) goToLink(); else if (event.state) { setFollowing(true); seek(event.state.ms); } });
}

/** A button that was clicked keeps no focus, or the space bar would press it again instead of playing; nor does one
 * get it back from the dialog that it opened. */
function releaseButtons() {
  document.querySelectorAll("dialog").forEach((dialog) => dialog.addEventListener("close", () => { if (byPointer) document.activeElement.blur(); }));
  let byPointer = false;
  addEventListener("click", (event) => {
    if (!event.target.closest?.("dialog")) byPointer = event.detail > 0;
    if (event.detail > 0 && event.target.closest?.("button") && !event.target.closest("dialog")) document.activeElement.blur();
  });
}

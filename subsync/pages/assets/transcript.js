"use strict";
// The data, the transcript made from it, and what is shown of it. Text of the note goes in through textContent only.

const data = JSON.parse(document.getElementById("data").textContent);
const $ = (id) => document.getElementById(id);
const STATUS = ["aligned", "interpolated", "absent"];
const DOUBT = 50; // per cent; the threshold of `subsync sync`'s summary

const sentences = data.sentences.map(([zh, text, start, end, status, confidence], index) => ({
  index, zh: Boolean(zh), text, start, end, status: STATUS[status], confidence, edit: null, row: null, node: null, mark: null,
  found: { start, end, status: STATUS[status] },
}));
const english = sentences.filter((s) => !s.zh);
let timed = []; // English sentences that have a time, ascending

function sortTimed() {
  timed = english.filter((s) => s.start !== null).sort((a, b) => a.start - b.start);
}

function clock(ms, digits = 0) {
  const whole = Math.floor(ms / 1000);
  const [h, m, s] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const two = (n) => String(n).padStart(2, "0");
  const rest = digits ? "." + String(ms % 1000).padStart(3, "0") : "";
  return (h ? `${h}:${two(m)}` : m) + ":" + two(s) + rest;
}

function make(tag, properties = {}, ...children) {
  const node = document.createElement(tag);
  for (const [key, value] of Object.entries(properties)) {
    if (key in node) node[key] = value;
    else node.setAttribute(key, value);
  }
  node.append(...children);
  return node;
}

function say(text) {
  $("say").textContent = text;
}

// --- sentences -------------------------------------------------------------------------------------------------------

const isDoubtful = (s) => !s.zh && s.start !== null && !s.edit && s.confidence < DOUBT;

function kindOf(s) {
  if (s.edit) return s.edit.action === "absent" ? "edited absent" : "edited";
  if (s.status === "absent") return "absent";
  if (s.status === "interpolated") return "interpolated";
  return isDoubtful(s) ? "doubtful" : "";
}

const MARKS = {
  "": "", edited: "✎", "edited absent": "✎ not said", absent: "not said", interpolated: "≈", doubtful: "?",
};
const MEANINGS = { edited: "corrected", "edited absent": "corrected", interpolated: "time guessed", doubtful: "doubtful" };

/** Give a sentence the look of its state. */
function paint(s) {
  const kind = kindOf(s);
  s.node.className = `s ${kind}`;
  s.mark?.remove();
  s.mark = null;
  if (!kind || s.zh) return;
  s.mark = make("em", { textContent: kind === "doubtful" || kind === "interpolated" ? `${MARKS[kind]} ${s.confidence} %` : MARKS[kind] });
  if (MEANINGS[kind]) s.mark.title = MEANINGS[kind];
  s.node.append(" ", s.mark);
}

function sentenceNode(s) {
  if (s.zh) {
    s.node = make("span", { textContent: s.text });
  } else {
    s.node = make("a", { href: `#s${s.index}`, id: `s${s.index}`, textContent: s.text, tabIndex: -1 });
  }
  s.node.sentence = s;
  paint(s);
  return s.node;
}

function rowNode([paragraph, en, zh], first) {
  const own = en.map((k) => sentences[k]);
  const start = own.find((s) => s.start !== null)?.start ?? null;
  const row = make("div", { className: "row" });
  const time = make("time", { textContent: start === null ? "" : clock(start) });
  const left = make("p", { lang: "en" });
  const right = make("p", { lang: "zh" });
  const speaker = data.paragraphs[paragraph][1];
  if (first && speaker) (en.length ? left : right).append(make("span", { className: "speaker", textContent: speaker }));
  own.forEach((s) => left.append(sentenceNode(s), " "));
  zh.forEach((k) => right.append(sentenceNode(sentences[k])));
  row.append(time, left, right);
  const model = { node: row, time, start, en: own, zh: zh.map((k) => sentences[k]), shown: true };
  [...model.en, ...model.zh].forEach((s) => { s.row = model; });
  return model;
}

// --- the page --------------------------------------------------------------------------------------------------------

const rows = [];
const gaps = []; // unwritten stretches, as they stand in the transcript
const headings = []; // {node, rows}

const GAP = { speech: "Speech that the note does not have", other: "Sound that the note does not have" };

function gapNode([start, end, kind]) {
  const text = `${GAP[kind]}: ${clock(start)} to ${clock(end)}`;
  const node = make("div", { className: "gap" }, make("button", { type: "button", textContent: text, onclick: () => seek(start) }));
  gaps.push({ node, start, end, kind, text });
  return node;
}

/** About how high text will be when it is laid out, so that the scroll bar tells the truth before it is. */
function estimate(node, rows, more = 0) {
  const letters = (part, width) => part.reduce((sum, s) => sum + s.text.length, 0) / width;
  const lines = innerWidth > 640
    ? ({ en, zh }) => Math.max(1, Math.ceil(letters(en, 48)), Math.ceil(letters(zh, 25)))
    : ({ en, zh }) => 1 + Math.ceil(letters(en, innerWidth / 9)) + Math.ceil(letters(zh, innerWidth / 17));
  const high = rows.reduce((sum, row) => sum + 25 * lines(row) + 4, 12 + more);
  node.style.containIntrinsicBlockSize = `auto ${high}px`;
  return high;
}

function build() {
  document.title = data.title;
  $("title").textContent = data.title;
  const waiting = [...data.unwritten];
  const gapsBefore = (time) => {
    const count = time === null ? 0 : waiting.filter(([start]) => start < time).length;
    return waiting.splice(0, count).map(gapNode);
  };
  const byParagraph = new Map();
  data.rows.forEach((row) => byParagraph.set(row[0], [...(byParagraph.get(row[0]) ?? []), row]));
  const page = document.createDocumentFragment();
  let part = make("div", { className: "part" });
  let high = 0;
  let section = -1;
  const finish = () => { estimate(part, [], high); page.append(part); };
  const open = () => {
    finish();
    page.append(...gapsBefore(data.sections[++section][3]));
    part = make("div", { className: "part" }, headingNode(section).node);
    high = 60;
  };
  data.paragraphs.forEach(([of], paragraph) => {
    while (of !== null && section < of) open();
    const block = make("div", { className: "paragraph" });
    const own = (byParagraph.get(paragraph) ?? []).map((entry, n) => rowNode(entry, n === 0));
    own.forEach((row) => { block.append(...gapsBefore(row.start), row.node); });
    rows.push(...own);
    headings.at(-1)?.rows.push(...own);
    high += estimate(block, own);
    part.append(block);
  });
  while (section + 1 < data.sections.length) open();
  finish();
  page.append(...waiting.map(gapNode));
  $("transcript").append(page);
  sortTimed();
}

const sectionTime = (start, approximate) => (start === null ? "–" : `${approximate ? "≈ " : ""}${clock(start)}`);

function headingNode(index) {
  const [text, depth, , start, approximate] = data.sections[index];
  const node = make(`h${Math.min(6, depth + 1)}`, { id: `h${index}` }, make("span", { textContent: text || "(no heading)" }));
  if (start !== null) {
    const button = make("button", { type: "button", textContent: sectionTime(start, approximate), onclick: () => seek(start) });
    button.ariaLabel = `Play section from ${approximate ? "about " : ""}${clock(start)}`;
    if (approximate) button.title = "What opens this section is not in the recording, or its time is guessed";
    node.append(button);
  }
  const heading = { node, rows: [] };
  headings.push(heading);
  return heading;
}

// --- what is shown ---------------------------------------------------------------------------------------------------

const FILTERS = {
  all: ["Everything", () => true],
  doubtful: ["Doubtful", isDoubtful],
  interpolated: ["Guessed times", (s) => !s.zh && s.status === "interpolated"],
  absent: ["Not in the recording", (s) => !s.zh && s.start === null],
  edited: ["Corrected", (s) => s.edit !== null],
};

function nameFilters() {
  const chosen = $("filter").value || "all";
  $("filter").replaceChildren(...Object.entries(FILTERS).map(([value, [name, test]]) => {
    const count = value === "all" ? "" : ` (${english.filter(test).length})`;
    return make("option", { value, textContent: name + count, selected: value === chosen });
  }));
}

function filter() {
  const [, test] = FILTERS[$("filter").value];
  const all = $("filter").value === "all";
  let count = 0;
  for (const row of rows) {
    row.shown = all || row.en.some(test);
    row.node.hidden = !row.shown;
    count += row.shown;
  }
  gaps.forEach((gap) => { gap.node.hidden = !all; });
  headings.forEach((heading) => { heading.node.hidden = !all && !heading.rows.some((row) => row.shown); });
  say(all ? "Everything is shown" : `${count} rows shown`);
}

const folded = (text) => text.normalize("NFKC").toLowerCase();
const searchable = sentences.map((s) => folded(s.text));
let hits = [];
let hit = -1;

function search() {
  hits.forEach((s) => s.node.classList.remove("hit"));
  const wanted = folded($("search").value.trim());
  hits = wanted ? sentences.filter((s) => s.row && searchable[s.index].includes(wanted)) : [];
  hits.forEach((s) => s.node.classList.add("hit"));
  hit = -1;
  $("found").textContent = wanted ? `${hits.length} found` : "";
}

function nextHit(step) {
  if (!hits.length) return;
  hit = (hit + step + hits.length) % hits.length;
  if (!hits[hit].row.shown) show("all");
  $("found").textContent = `${hit + 1} of ${hits.length}`;
  stopFollowing();
  bring(hits[hit]);
}

function show(name) {
  $("filter").value = name;
  filter();
}

const calm = matchMedia("(prefers-reduced-motion: reduce)");

let aim = null; // the sentence that is being scrolled to
let corrections = 0;

/** The stretch of the window that the transcript has: below the player, above the corrections. */
function stretch() {
  return [$("deck").getBoundingClientRect().bottom, innerHeight - ($("bench").hidden ? 0 : $("bench").offsetHeight)];
}

function inView(s) {
  const [box, [top, bottom]] = [s.node.getBoundingClientRect(), stretch()];
  return box.height > 0 && box.top >= top + 8 && (box.bottom <= bottom - 8 || box.height > bottom - top - 16);
}

function shift(s, behavior) {
  const [top, bottom] = stretch();
  const room = Math.max(8, Math.min((bottom - top) / 3, bottom - top - s.node.getBoundingClientRect().height - 8));
  scrollBy({ top: s.node.getBoundingClientRect().top - top - room, behavior });
}

/** Scroll a sentence into view. */
function bring(s) {
  if (!aim && inView(s)) return; // on the way to another one it will not stay there
  const far = Math.abs(s.node.getBoundingClientRect().top - stretch()[0]) > 2 * innerHeight;
  if (far) s.node.scrollIntoView({ block: "center", behavior: "instant" }); // lays out what is there: heights were estimates
  [aim, corrections] = [s, 0];
  shift(s, calm.matches || far ? "instant" : "smooth");
  setTimeout(() => { if (aim === s) aim = null; }, 1500); // it was there already: no scroll, no end of one
}

/** What came into view on the way has got its true height, which moves what is below it: the aim was off. */
function arrived() {
  if (aim && !inView(aim) && corrections++ < 3) shift(aim, "instant");
  else aim = null;
}

// --- lists beside it -------------------------------------------------------------------------------------------------

function list(id, title, entries) {
  const [summary, ol] = $(id).querySelectorAll("summary, ol");
  summary.textContent = `${title} (${entries.length})`;
  ol.replaceChildren(...entries.map(({ time, text, lang, go }) => {
    const button = make("button", { type: "button", onclick: go }, make("time", { textContent: time }), make("span", { textContent: text, lang }));
    return make("li", {}, button);
  }));
}

function lists() {
  list("contents", "Sections", data.sections.map(([text, , , start, approximate], index) => ({
    time: sectionTime(start, approximate), text, lang: "",
    go: () => { stopFollowing(); $(`h${index}`).scrollIntoView({ block: "center" }); if (start !== null) seek(start); },
  })));
  list("absent", "Not in the recording", english.filter((s) => s.start === null).map((s) => ({
    time: "–", text: s.text.slice(0, 120), lang: "en", go: () => { if (!s.row.shown) show("all"); choose(s); },
  })));
  list("unwritten", "Not in the note", gaps.map((gap) => ({
    time: clock(gap.start), text: `${gap.kind === "speech" ? "speech" : "other sound"}, ${Math.round((gap.end - gap.start) / 1000)} s`, lang: "en",
    go: () => { if (gap.node.hidden) show("all"); stopFollowing(); gap.node.scrollIntoView({ block: "center" }); seek(gap.start); },
  })));
  const placed = english.filter((s) => s.start !== null).length;
  const doubtful = english.filter(isDoubtful).length;
  $("facts").textContent = `${placed} of ${english.length} English sentences placed in ${clock(data.duration)}, ${doubtful} doubtful · ${data.note.path}`;
  $("next").disabled = !doubtful;
}

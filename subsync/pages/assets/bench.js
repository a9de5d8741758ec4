// Corrections of a sentence, the keys, and the start of it all.

const ROOM = 100; // ms that lie at least between two corrected starts, as `subsync apply` asks
const SIDE = 4000; // ms shown on either side of a start
let chosen = null;
let centre = 0;
let saved = true;

/** Select a sentence: the corrections are about it. */
function choose(s, { focus = true } = {}) {
  chosen?.node.classList.remove("chosen");
  if (chosen) chosen.node.tabIndex = -1;
  chosen = s;
  s.node.tabIndex = 0;
  s.node.classList.add("chosen");
  centre = s.start ?? now();
  $("bench").hidden = false;
  stopFollowing();
  bring(s);
  if (focus) s.node.focus({ preventScroll: true });
  showChosen();
}

function showChosen() {
  if (!chosen || $("bench").hidden) return;
  const { start, text, edit } = chosen;
  $("chosen").textContent = text;
  $("when").textContent = start === null ? "no time" : `${clock(start, 3)}${edit ? ` (${edit.action})` : ""}`;
  $("gone").ariaPressed = String(edit?.action === "absent");
  $("earlier").disabled = $("later").disabled = start === null;
  $("undo").disabled = !edit;
  $("zoom").ariaValueNow = String(start ?? 0);
  $("zoom").ariaValueMax = String(data.duration);
  $("zoom").ariaValueText = start === null ? "no time" : clock(start, 3);
  drawClose();
}

function drawClose(ms = now()) {
  const view = prepared($("close"));
  const { pen, width, height, color } = view;
  const from = centre - SIDE;
  const x = (time) => ((time - from) / (2 * SIDE)) * width;
  bars(view, from, centre + SIDE);
  pen.font = "11px system-ui, sans-serif";
  for (let k = Math.max(0, lastBefore(timed, (s) => s.start, from)); k < timed.length && timed[k].start < centre + SIDE; k++) {
    const s = timed[k];
    if (s === chosen) continue;
    pen.fillStyle = color("--faint");
    pen.fillRect(x(s.start), 12, 1, height);
    pen.fillText(s.text.slice(0, 18), x(s.start) + 3, height - 3);
  }
  if (chosen.start !== null) {
    pen.fillStyle = color("--accent");
    pen.fillRect(x(chosen.start) - 1.5, 0, 3, height);
    pen.fillRect(x(chosen.start) - 6, 0, 12, 9);
    pen.fillText(clock(chosen.start, 3), x(chosen.start) + 9, 10);
  }
  pen.fillStyle = color("--ink");
  pen.fillRect(x(ms), 0, 2, height);
}

// --- edits -----------------------------------------------------------------------------------------------------------

const isTimed = (s) => s.edit && s.edit.ms !== undefined;

/** Why a sentence cannot start at a time: another corrected one is in the way. */
function obstacle(s, ms) {
  const before = english.filter((o) => isTimed(o) && o.index < s.index).pop();
  const after = english.find((o) => isTimed(o) && o.index > s.index);
  if (before && ms < before.edit.ms + ROOM) return `The sentence above was put at ${clock(before.edit.ms, 3)}`;
  if (after && ms > after.edit.ms - ROOM) return `The sentence below was put at ${clock(after.edit.ms, 3)}`;
  if (ms < 0 || ms > data.duration - ROOM) return "That is outside the recording";
  return null;
}

function edit(s, change) {
  const problem = change && change.ms !== undefined ? obstacle(s, change.ms) : null;
  if (problem) {
    say(problem);
    return false;
  }
  s.edit = change;
  saved = false;
  settle(s);
  say(change === null ? "Correction removed" : change.action === "absent" ? "Marked as not said" : `Starts at ${clock(change.ms, 3)}`);
  return true;
}

/** Show a sentence with its edit. Its end stays where it was; `subsync apply` moves the neighbours. */
function settle(s) {
  const { found, edit: change } = s;
  s.start = change ? change.ms ?? null : found.start;
  s.end = found.end;
  s.status = change ? (change.action === "absent" ? "absent" : "aligned") : found.status;
  if (s.start !== null && (s.end === null || s.end <= s.start)) s.end = s.start + 65 * s.text.length; // ms to a letter
  sortTimed();
  paint(s);
  s.node.classList.toggle("chosen", s === chosen);
  s.row.start = s.row.en.find((o) => o.start !== null)?.start ?? null;
  s.row.time.textContent = s.row.start === null ? "" : clock(s.row.start);
  const count = english.filter((o) => o.edit).length;
  $("export").textContent = count ? `Export ${count} edit${count > 1 ? "s" : ""}` : "Export edits";
  $("export").disabled = !count && saved;
  showChosen();
  later();
}

let waiting = 0;
function later() { // what depends on all sentences, once for many edits in a row
  clearTimeout(waiting);
  waiting = setTimeout(() => { nameFilters(); lists(); drawOverview(); }, 120);
}

function nudge(by) {
  if (!chosen || chosen.start === null) return;
  const time = Math.max(0, Math.round(chosen.start + by));
  if (edit(chosen, { action: "start", ms: time }) && Math.abs(time - centre) > SIDE * 0.8) centre = time;
}

const put = (action) => { if (chosen && edit(chosen, { action, ms: Math.round(now()) })) centre = chosen.start; showChosen(); };
const toggleGone = () => { if (chosen) edit(chosen, chosen.edit?.action === "absent" ? null : { action: "absent" }); };
const undo = () => { if (chosen?.edit) edit(chosen, null); };

function exportEdits() {
  const edits = english.filter((s) => s.edit).map((s) => ({ sentence: s.index, text: s.text, ...s.edit }));
  const text = JSON.stringify({ schema_version: 1, note: data.note, edits }, null, 1) + "\n";
  const address = URL.createObjectURL(new Blob([text], { type: "application/json" }));
  make("a", { href: address, download: `${data.stem}.edits.json` }).click();
  setTimeout(() => URL.revokeObjectURL(address), 10000);
  saved = true;
  say(`${data.stem}.edits.json is written`);
}

function dragStart() {
  const zoom = $("zoom");
  const at = (event) => centre - SIDE + ((event.clientX - zoom.getBoundingClientRect().left) / zoom.clientWidth) * 2 * SIDE;
  const perPixel = () => (2 * SIDE) / zoom.clientWidth;
  let grip = null;
  zoom.addEventListener("pointerdown", (event) => {
    zoom.setPointerCapture(event.pointerId);
    const place = at(event);
    if (chosen.start !== null && Math.abs(place - chosen.start) < 14 * perPixel()) grip = chosen.start - place;
    else seek(place);
    stopFollowing();
  });
  zoom.addEventListener("pointermove", (event) => {
    if (grip !== null) edit(chosen, { action: "start", ms: Math.round(at(event) + grip) });
  });
  for (const end of ["pointerup", "pointercancel"]) zoom.addEventListener(end, () => { grip = null; });
  zoom.addEventListener("keydown", (event) => {
    const step = { ArrowLeft: -100, ArrowDown: -100, ArrowRight: 100, ArrowUp: 100, PageDown: -1000, PageUp: 1000 }[event.key];
    if (!step) return;
    nudge(step);
    event.preventDefault();
  });
}

// --- keys ------------------------------------------------------------------------------------------------------------

function nextDoubtful() {
  const from = chosen?.index ?? spoken?.index ?? -1;
  const wanted = [...english.filter((s) => s.index > from), ...english.filter((s) => s.index <= from)].find((s) => isDoubtful(s));
  if (!wanted) return say("No doubtful sentence");
  if (!wanted.row.shown) show("all");
  seek(wanted.start);
  choose(wanted);
  return say(`Doubtful, ${wanted.confidence} %: ${wanted.text}`);
}

function step(by) {
  const visible = english.filter((s) => s.row.shown);
  const from = visible.indexOf(chosen ?? spoken);
  const next = visible[Math.max(0, Math.min(visible.length - 1, from + by))];
  if (next) choose(next);
}

function shut() {
  $("bench").hidden = true;
  chosen?.node.classList.remove("chosen");
  chosen?.node.focus({ preventScroll: true });
}

const KEYS = {
  " ": ["space", "play, pause", () => player?.toggle()],
  k: ["k", "play, pause", () => player?.toggle()],
  j: ["j", "5 seconds back", () => seek(now() - 5000)],
  l: ["l", "5 seconds ahead", () => seek(now() + 5000)],
  n: ["n", "next doubtful sentence", nextDoubtful],
  ArrowDown: ["↓", "next sentence", () => step(1)],
  ArrowUp: ["↑", "previous sentence", () => step(-1)],
  "[": ["[", "start 100 ms earlier", () => nudge(-100)],
  "]": ["]", "start 100 ms later", () => nudge(100)],
  "{": ["{", "start 10 ms earlier", () => nudge(-10)],
  "}": ["}", "start 10 ms later", () => nudge(10)],
  s: ["s", "the sentence starts at the playhead, exactly", () => put("start")],
  p: ["p", "pin it near the playhead; the aligner finds where exactly", () => put("pin")],
  x: ["x", "not said; again: said", toggleGone],
  u: ["u", "undo its correction", undo],
  f: ["f", "follow the voice, or not", () => setFollowing(!following)],
  "/": ["/", "search", () => $("search").focus()],
  "?": ["?", "these keys", () => $("keys").showModal()],
  Escape: ["Esc", "close the corrections", shut],
};
const LISTED = { Enter: "play from the sentence that has the focus" };

function onKey(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || $("keys").open) return;
  const on = event.target;
  if (on.matches("input, select, textarea")) return;
  if (event.key === " " && on.matches("button, summary, audio, video, [role=slider] + *")) return;
  if (event.key.startsWith("Arrow") && !on.matches("body, .s, main")) return;
  if (event.key.length === 1 && event.key !== " " && !$("letters").checked) return;
  const command = KEYS[event.key];
  if (!command) {
    if (/^(Page|Home|End)/.test(event.key)) stopFollowing();
    return;
  }
  event.preventDefault();
  command[2]();
}

// --- start -----------------------------------------------------------------------------------------------------------

function measure() {
  document.documentElement.style.setProperty("--deck", `${$("deck").offsetHeight}px`);
}

function listen() {
  addEventListener("keydown", onKey);
  for (const event of ["wheel", "touchmove"]) addEventListener(event, stopFollowing, { passive: true });
  addEventListener("scrollend", arrived);
  addEventListener("pointerdown", (event) => { if (event.target === document.documentElement) stopFollowing(); }); // its scrollbar
  new ResizeObserver(() => { measure(); drawOverview(); showChosen(); }).observe($("deck"));
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => { drawOverview(); showChosen(); });
  addEventListener("beforeunload", (event) => { if (!saved) event.preventDefault(); });
  $("transcript").addEventListener("click", (event) => {
    const s = event.target.closest(".s")?.sentence;
    if (!s || getSelection().toString()) return;
    event.preventDefault();
    const target = s.zh ? s.row.en.find((o) => o.start !== null) ?? s.row.en[0] : s;
    const time = s.start ?? target?.start ?? null;
    if (target) choose(target, { focus: !s.zh });
    if (time !== null) seek(time);
  });
  $("search").addEventListener("input", () => { clearTimeout(search.waiting); search.waiting = setTimeout(search, 150); });
  $("search").addEventListener("keydown", (event) => {
    if (event.key === "Enter") { clearTimeout(search.waiting); if (hit < 0) search(); nextHit(event.shiftKey ? -1 : 1); }
    if (event.key === "Escape") { $("search").value = ""; search(); $("search").blur(); }
  });
  $("filter").onchange = filter;
  $("next").onclick = nextDoubtful;
  $("follow").onclick = () => { setFollowing(!following); if (following && spoken) bring(spoken); };
  $("file").onchange = chooseFile;
  $("export").onclick = exportEdits;
  $("help").onclick = () => $("keys").showModal();
  $("earlier").onclick = () => nudge(-100);
  $("later").onclick = () => nudge(100);
  $("here").onclick = () => put("start");
  $("pin").onclick = () => put("pin");
  $("gone").onclick = toggleGone;
  $("undo").onclick = undo;
  $("shut").onclick = shut;
}

function start() {
  build();
  for (const { sentence, ...change } of data.edits) {
    sentences[sentence].edit = change;
    settle(sentences[sentence]);
  }
  data.remarks.forEach((text) => $("remarks").append(make("p", { textContent: text })));
  $("remarks").hidden = !data.remarks.length;
  const keys = [...Object.values(KEYS).map(([key, what]) => [key, what]), ...Object.entries(LISTED)];
  $("keys").querySelector("dl").append(...keys.flatMap(([key, what]) => [make("dt", { textContent: key }), make("dd", { textContent: what })]));
  nameFilters();
  lists();
  if (innerWidth < 1100) document.querySelectorAll("#side details").forEach((part) => { part.open = false; });
  waveEvents();
  dragStart();
  listen();
  startPlayer();
  if (english.length) english[0].node.tabIndex = 0;
  const linked = /^#s(\d+)$/.exec(location.hash);
  const target = linked && sentences[Number(linked[1])];
  if (target && !target.zh) { choose(target); if (target.start !== null) seek(target.start); }
}

start();

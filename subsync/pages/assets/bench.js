// Corrections of times: what is chosen, how it is moved, undone, kept and handed on.

const ROOM = 100; // ms that lie at least between two starts, as `subsync apply` asks
const SIDE = 4000; // ms shown on either side of a start
const PER_LETTER = 65; // ms; as `subsync apply` has it where nothing else is known
const NUDGE = 500; // ms that an edge moves by at most as a mere nudge; `subsync apply` has the same
let chosen = null;
let centre = 0;
let pending = null; // {s, change}: what was asked for and would cut up a neighbour; asked again, it is done
let correcting = false; // whether a click chooses, or only plays

/** Select a sentence: the corrections are about it. */
function choose(s, { focus = true } = {}) {
  if (chosen && chosen !== s) { takeText(); chosen.node.tabIndex = -1; chosen.node.classList.remove("chosen"); }
  chosen = s;
  s.node.tabIndex = 0;
  s.node.classList.add("chosen");
  centre = s.start ?? placeOf(s);
  pending = null;
  $("bench").hidden = false;
  stopFollowing();
  bring(s);
  if (focus) s.node.focus({ preventScroll: true });
  showChosen();
}

function shut() {
  takeText();
  $("bench").hidden = true;
  const s = chosen;
  chosen = null; // what is no longer seen is no longer corrected
  if (!s) return;
  s.node.classList.remove("chosen");
  s.node.focus({ preventScroll: true });
}

/** The sentence that a key may correct: chosen, and seen. Else it says why not. */
function subject() {
  if (!chosen || $("bench").hidden) { say(t("choose first")); return null; }
  if (aim !== chosen && !inView(chosen)) { if (!chosen.row.shown) showAll(); bring(chosen); say(t("this is chosen")); return null; }
  return chosen;
}

function showChosen() {
  if (!chosen || $("bench").hidden) return;
  const { start, end, text, edit } = chosen;
  $("chosen").textContent = text;
  $("when").textContent = start === null ? t("no time") : `${clock(start, 3)} – ${clock(end, 3)}${edit && edit.action !== "absent" ? ` (${t(edit.right ? "confirmed" : edit.action)})` : ""}`;
  $("gone").ariaPressed = String(edit?.action === "absent");
  for (const id of ["earlier", "later", "right", "snap", "shiftall"]) $(id).disabled = start === null;
  $("right").ariaPressed = String(Boolean(edit?.right));
  $("zoom").ariaValueNow = String(start ?? 0);
  $("zoom").ariaValueMax = String(data.duration);
  $("zoom").ariaValueText = start === null ? t("no time") : clock(start, 3);
  drawClose();
}

/** The close-up goes with the voice when that leaves it, and comes back when the sentence is touched. */
function followClose(ms) {
  if (playing() && grip === null && Math.abs(ms - centre) > SIDE * 0.9) centre = ms + SIDE * 0.8;
  drawClose(ms);
}

function drawClose(ms = now()) {
  if (!chosen) return;
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
    pen.globalAlpha = 0.16;
    pen.fillStyle = color("--accent");
    pen.fillRect(x(chosen.start), 0, x(chosen.end) - x(chosen.start), height);
    pen.globalAlpha = 1;
    pen.fillRect(x(chosen.start) - 1.5, 0, 3, height);
    pen.fillRect(x(chosen.start) - 6, 0, 12, 9);
    pen.fillText(clock(chosen.start, 3), x(chosen.start) + 9, 10);
  }
  pen.fillStyle = color("--ink");
  pen.fillRect(x(ms), 0, 2, height);
}

// --- edits -----------------------------------------------------------------------------------------------------------

const isTimed = (s) => s.edit && s.edit.ms !== undefined;

/** Why a sentence cannot start at a time at all: another corrected one is in the way. */
function obstacle(s, ms) {
  const above = english.filter((o) => isTimed(o) && o.index < s.index).pop();
  const below = english.find((o) => isTimed(o) && o.index > s.index);
  if (above && ms < above.edit.ms + ROOM) return t("above was put", clock(above.edit.ms, 3));
  if (below && ms > below.edit.ms - ROOM) return t("below was put", clock(below.edit.ms, 3));
  if (ms < 0 || ms > data.duration - ROOM) return t("outside");
  return null;
}

/** The sentences that a new place would harm: [sentence, ms that it would lose]; what it would push away loses all.
 *
 * That is as `subsync apply` does it. What begins before the new start ends there. What begins behind it has to make
 * room if the sentence, which moves as a whole unless it is nudged, has to be said at more than double speed.
 */
function harmed(s, { ms, end_ms }) {
  const { start, end } = s.found;
  const length = start === null ? PER_LETTER * s.text.length : Math.abs(ms - start) > NUDGE ? end - start : 0;
  return timed.flatMap((o) => {
    if (o === s) return [];
    const above = o.index < s.index;
    if (above ? o.start > ms - ROOM : o.start < ms + ROOM) return [[o, Infinity]];
    const lost = above ? o.end - ms : (end_ms ?? ms + length / 2) - o.start;
    // Half of a short one is more than a nudge, too; a corrected end is cut off where the next sentence starts.
    return lost > NUDGE || (2 * lost > o.end - o.start && (above || end_ms === undefined)) ? [[o, lost]] : [];
  });
}

/** What is said of such harm. */
function warning(s, change, others) {
  const [[o, lost]] = others;
  const text = o.text.slice(0, 50);
  const away = others.filter(([, ms]) => ms === Infinity);
  if (away.length) return t("cuts neighbours", clock(change.ms, 3), away.length, away[0][0].text.slice(0, 50));
  if (o.index > s.index && change.end_ms !== undefined) return t("cut off", clock(o.start, 3), text);
  const seconds = (ms) => (ms / 1000).toFixed(1);
  return t("takes time", seconds(lost), text, seconds(o.end - o.start));
}

const near = (one, other) => one === other || Math.abs(one - other) < NUDGE;

/** Correct a sentence, unless it cannot be; what would harm others has to be asked for twice. */
function edit(s, change) {
  if (change?.ms !== undefined) {
    const end = s.edit?.end_ms; // a corrected end stays while the start moves
    if (change.end_ms === undefined && end > change.ms + ROOM) change = { ...change, end_ms: end };
    const problem = obstacle(s, change.ms);
    if (problem) { say(problem); return false; }
    const others = change.right ? [] : harmed(s, change);
    // Where it is now was agreed to: a nudge from there does not ask again.
    const agreed = new Map(s.start === null ? [] : harmed(s, { ms: s.start, end_ms: s.edit?.end_ms }));
    const worse = others.some(([o, lost]) => lost > (agreed.get(o) ?? -NUDGE) + NUDGE);
    const asked = pending?.s === s && pending.change.action === change.action && near(pending.change.ms, change.ms) && near(pending.change.end_ms, change.end_ms);
    if (worse && !asked) {
      pending = { s, change };
      say(warning(s, change, others));
      return false;
    }
  }
  pending = null;
  commit([[s, change]]);
  say(t(change === null ? "correction removed" : change.action === "absent" ? "marked not said" : change.right ? "confirmed" : "starts at", change?.ms === undefined ? "" : clock(change.ms, 3)));
  return true;
}

// Every step can be undone: a step is a list of [what, before, after].
const past = [];
const future = [];

function commit(changes) {
  const step = changes.map(([s, after]) => [s, s.edit, after]).filter(([, before, after]) => JSON.stringify(before) !== JSON.stringify(after));
  if (!step.length) return; // it is so already: nothing to undo
  past.push({ step, at: chosen });
  future.length = 0;
  take(step.map(([s, , after]) => [s, after]));
}

function take(values) {
  for (const [s, value] of values) { if (s.texts) setWording(value); else s.edit = value; }
  settleAll(values.map(([s]) => s).filter((s) => !s.texts));
  keepDraft({ done: false });
}

function travel(from, to, pick) {
  takeText(); // what was typed is the last step
  const last = from.pop();
  if (!last) { say(t(from === past ? "nothing to undo" : "nothing to redo")); return; }
  to.push(last);
  take(last.step.map(([s, before, after]) => [s, pick(before, after)]));
  const [first] = last.step[0];
  if (!first.texts) { if (!first.row.shown) showAll(); choose(first, { focus: false }); }
  say(t(from === past ? "undone" : "redone"));
}
const undo = () => travel(past, future, (before) => before);
const redo = () => travel(future, past, (_, after) => after);

/** Show sentences with their edits. Their ends stay where they were; `subsync apply` moves the neighbours. */
function settleAll(some) {
  for (const s of some) {
    const { found, edit: change } = s;
    s.start = change && change.action !== "end" ? change.ms ?? null : found.start; // what was joined may have its end alone
    s.end = change?.end_ms ?? found.end;
    s.status = change ? (change.action === "absent" ? "absent" : "aligned") : found.status;
    if (s.start !== null && (s.end === null || s.end <= s.start)) s.end = s.start + PER_LETTER * s.text.length;
  }
  sortTimed();
  for (const s of some) { paint(s); timeOf(s.row); }
  showCount();
  showChosen();
  later();
}

function showCount() {
  const count = english.filter((o) => o.edit).length + wordings();
  $("export").textContent = count ? t("export some", count) : t("export");
  $("export").disabled = !count && !past.length;
  $("applying").hidden = serving !== "apply";
  $("applying").disabled = !count && !past.length;
}

let postponed = 0;
function later() { // what depends on all sentences, once for many edits in a row
  clearTimeout(postponed);
  postponed = setTimeout(() => { nameFilters(); lists(); drawOverview(); }, 120);
}

// --- ways to move a start --------------------------------------------------------------------------------------------

const LISTEN = 1500; // ms heard from a new start; then again, until the reader does something else
let around = null;

/** Hear a start over and over, from a little before it if it shall be heard what precedes. */
function hearEdge(s) {
  if (!$("hearing").checked || s.start === null || !player) return;
  around = { from: s.start, to: Math.min(data.duration, s.start + LISTEN) };
  seek(around.from);
  play();
}
onTick.push((ms) => {
  if (!around || !playing()) return;
  if (ms < around.from - 300 || ms > around.to + 1000) around = null;
  else if (ms >= around.to) seek(around.from);
});

function moveTo(s, change) {
  if (!edit(s, change)) return false;
  if (s.start !== null && Math.abs(s.start - centre) > SIDE * 0.8) centre = s.start;
  showChosen();
  return true;
}

function nudge(by) {
  const s = subject();
  if (!s || s.start === null) return;
  if (moveTo(s, { action: "start", ms: Math.max(0, Math.round(s.start + by)) })) hearEdge(s);
}

function put(action) {
  const s = subject();
  if (s) moveTo(s, { action, ms: Math.round(now()) });
}

/** It ends where the recording is; it starts where it did. */
function putEnd() {
  const s = subject();
  if (!s || s.start === null) return;
  const end = Math.round(now());
  if (end < s.start + ROOM) { say(t("ends before")); return; }
  const { action, ms } = isTimed(s) ? s.edit : { action: "start", ms: s.start };
  if (edit(s, { action, ms, end_ms: end })) say(t("ends at", clock(end, 3)));
}

function toggleGone() {
  const s = subject();
  if (s) edit(s, s.edit?.action === "absent" ? null : { action: "absent" });
}

/** A paragraph that nobody says, in one step. */
function paragraphGone() {
  const s = subject();
  if (!s) return;
  const all = s.row.block.rows.flatMap((row) => row.en);
  const gone = all.every((o) => o.edit?.action === "absent");
  commit(all.map((o) => [o, gone ? null : { action: "absent" }]));
  say(t(gone ? "correction removed" : "paragraph marked", all.length));
}

/** The time is right as it is: nobody need look again, and the aligner will keep to it. */
function confirmRight() {
  const s = subject();
  if (!s || s.start === null) return;
  if (s.edit?.right) edit(s, null);
  else edit(s, { action: "start", ms: s.start, right: true });
}

/** To the quietest place within a third of a second: where a sentence can begin. */
function snap() {
  const s = subject();
  if (!s || s.start === null) return;
  const at = Math.round((s.start / 1000) * data.perSecond);
  const reach = Math.round(0.3 * data.perSecond);
  let best = at;
  for (let k = Math.max(0, at - reach); k <= at + reach; k++) {
    if ((peaks[k] ?? 255) < (peaks[best] ?? 255)) best = k;
  }
  // The end of that bar: the voice sets in behind it.
  if (moveTo(s, { action: "start", ms: Math.round(((best + 1) * 1000) / data.perSecond) })) hearEdge(s);
}

/** Move all that follow as far as this one was moved, up to the next corrected one. */
function shiftFollowing() {
  const s = subject();
  if (!s || !isTimed(s) || s.found.start === null) { if (s) say(t("move it first")); return; }
  const by = s.edit.ms - s.found.start;
  const rest = english.filter((o) => o.index > s.index);
  const stop = rest.findIndex((o) => o.edit);
  const some = (stop < 0 ? rest : rest.slice(0, stop)).filter((o) => o.found.start !== null);
  if (!some.length || !by) { say(t("none follows")); return; }
  const next = english.find((o) => isTimed(o) && o.index > s.index); // none may pass it: `subsync apply` would take nothing
  const limit = Math.min(data.duration, next?.edit.ms ?? Infinity) - ROOM;
  const out = some.filter((o) => o.found.start + by < 0 || o.found.start + by > limit);
  commit(some.filter((o) => !out.includes(o)).map((o) => [o, { action: "start", ms: o.found.start + by }]));
  say(t("moved following", some.length - out.length, `${by > 0 ? "+" : "−"}${Math.abs(by)}`));
}

let grip = null;
function dragStart() {
  const zoom = $("zoom");
  const at = (event) => centre - SIDE + ((event.clientX - zoom.getBoundingClientRect().left) / zoom.clientWidth) * 2 * SIDE;
  const perPixel = () => (2 * SIDE) / zoom.clientWidth;
  /** As far as its neighbours and the corrected ones let it go. */
  const held = (ms) => {
    const above = timed.filter((o) => o.index < chosen.index).at(-1);
    const below = timed.find((o) => o.index > chosen.index);
    return Math.round(Math.max((above?.start ?? -ROOM) + ROOM, Math.min((below?.start ?? data.duration) - ROOM, ms)));
  };
  zoom.addEventListener("pointerdown", (event) => {
    if (!chosen) return;
    const place = at(event);
    if (chosen.start !== null && Math.abs(place - chosen.start) < 14 * perPixel()) {
      zoom.setPointerCapture(event.pointerId);
      grip = { by: chosen.start - place, before: chosen.edit };
    } else seek(place);
    stopFollowing();
  });
  zoom.addEventListener("pointermove", (event) => {
    if (grip === null) return;
    const [ms, end] = [held(at(event) + grip.by), grip.before?.end_ms];
    chosen.edit = { action: "start", ms, ...(end > ms + ROOM ? { end_ms: end } : {}) };
    settleAll([chosen]);
  });
  const let_go = () => {
    if (grip === null) return;
    const after = chosen.edit;
    chosen.edit = grip.before;
    grip = null;
    if (after === chosen.edit) return;
    const [other] = harmed(chosen, { ms: after.ms }).filter(([, lost]) => lost < Infinity);
    commit([[chosen, after]]); // it was seen on the way: it is not asked, but told
    say(`${t("starts at", clock(after.ms, 3))}${other ? `. ${t("loses", other[0].text.slice(0, 50), (other[1] / 1000).toFixed(1))}` : ""}`);
    hearEdge(chosen);
  };
  for (const end of ["pointerup", "pointercancel"]) zoom.addEventListener(end, let_go);
  zoom.addEventListener("keydown", (event) => {
    const step = { ArrowLeft: -100, ArrowDown: -100, ArrowRight: 100, ArrowUp: 100, PageDown: -1000, PageUp: 1000 }[event.key];
    if (!step) return;
    nudge(step);
    event.preventDefault();
  });
}

// Exercises while listening: a pause after each sentence, repetitions, a gap to speak in, the Chinese first.

const WISHES = { pause: "off", repeat: 1, gap: 0, rate: 1, en: true, zh: true, primed: false };
const wish = { ...WISHES, ...kept.read("study", {}) };
const AIR = 30; // ms left to a sentence's last sound, where the next does not begin before: ends are measured to 25 (p95)
const READ = 200; // ms to read a Chinese character before it is heard: five a second is slow reading
const [SHORTEST_GAP, LONGEST_GAP] = [500, 120000];

let unit = null; // what is being heard: {sentences, start, stop, times}
let hold = null; // a silence that something follows: {timer, then}
let waiting = false; // paused after a unit; playing goes on with the next
let last = 0;
let alarm = 0;
const loop = { a: null, b: null };

const drilling = () => dictating || wish.pause !== "off" || wish.repeat > 1 || wish.gap > 0 || wish.primed;

/** The stretch that one exercise is about: a sentence, or its paragraph. */
function unitOf(s, times = 0) {
  const some = wish.pause === "paragraph" && !dictating ? s.row.block.rows.flatMap((row) => row.en).filter((o) => o.start !== null) : [s];
  const [start, end] = [Math.min(...some.map((o) => o.start)), Math.max(...some.map((o) => o.end))];
  const next = timed[lastBefore(timed, (o) => o.start, end - 1) + 1];
  return { sentences: some, start, end, stop: Math.max(end, Math.min(end + AIR, next?.start ?? data.duration)), times };
}

function unitAt(ms) {
  const s = saidAt(ms) ?? timed[lastBefore(timed, (o) => o.start, ms) + 1];
  return s ? unitOf(s) : null;
}

function unitAfter(done) {
  const next = timed[lastBefore(timed, (o) => o.start, done.end - 1) + 1];
  return next ? unitOf(next) : null;
}

function drill(ms) {
  if (!playing()) { last = ms; return; }
  if (loop.b !== null && (ms >= loop.b || ms < loop.a - 500)) { last = loop.a; seek(loop.a); return; }
  if (!drilling()) { [unit, last] = [null, ms]; return; }
  if (!unit || ms < last - 300 || ms > last + 1500) unit = unitAt(ms); // the reader has gone elsewhere
  last = ms;
  clearTimeout(alarm);
  if (!unit) return;
  if (ms >= unit.stop) ended();
  else if (unit.stop - ms < 1000) alarm = setTimeout(() => tick(), (unit.stop - ms) / rate); // frames stop where nobody looks
}

function ended() {
  if (dictating) { halt(unitOf(asked), "typing"); return; } // once, whatever else is wished
  unit.times += 1;
  const again = unit.times < wish.repeat;
  const next = again ? unit : unitAfter(unit);
  const gap = wish.gap ? Math.max(SHORTEST_GAP, Math.min(LONGEST_GAP, wish.gap * (unit.end - unit.start) / rate)) : 0;
  const on = () => {
    if (again) return sound(unit);
    if (wish.pause !== "off") return halt(next);
    return next ? begin(next) : pause();
  };
  if (gap) rest(gap, t("your turn"), on);
  else on();
}

/** Paused for the reader, who goes on with the next one by playing. */
function halt(next, why = "paused after") {
  pause();
  [waiting, unit] = [true, next];
  state(t(why));
}

/** Let a unit be heard; what is being played just goes on. */
function begin(next) {
  const chinese = [...new Set(next.sentences.flatMap((s) => s.row.zh))];
  if (wish.primed && chinese.length && next.times === 0) {
    const letters = chinese.reduce((sum, s) => sum + s.text.length, 0);
    bring(next.sentences[0]);
    point(next.sentences[0]);
    rest(Math.max(1000, READ * letters), t("read first"), () => sound(next));
  } else if (playing() && now() <= next.start) unit = next;
  else sound(next);
}

function sound(next) {
  unit = next;
  last = next.start;
  seek(next.start);
  play();
}

/** A silence of some ms, then what comes after it. */
function rest(ms, text, then) {
  pause();
  release();
  hold = { then, timer: setTimeout(() => { release(); then(); }, ms) };
  state(`${text} (${(ms / 1000).toFixed(1)} s)`);
}
function release() {
  if (!hold) return;
  clearTimeout(hold.timer);
  hold = null;
  state("");
}

function state(text) {
  $("state").textContent = text;
  document.body.classList.toggle("holding", hold !== null);
}

/** The big button: play, pause, or cut a silence short. */
function press() {
  if (hold) { const { then } = hold; release(); then(); return; }
  if (playing()) { pause(); return; }
  if (waiting && unit) { waiting = false; state(""); begin(unit); if (!hold && !playing()) play(); return; }
  if (wish.primed) { const next = unitAt(now()); if (next && Math.abs(next.start - now()) < 500) { begin(next); if (hold) return; } }
  play();
}

/** Hear a sentence, whatever was going on. */
function hear(s, { remembering = true } = {}) {
  release();
  waiting = false;
  unit = null;
  const ms = s.start ?? placeOf(s);
  leaveLoop(ms, s.end ?? ms);
  if (remembering) remember(s, ms);
  setFollowing(true);
  last = ms;
  seek(ms);
  point(s); // which may have no time
  if (wish.primed && s.start !== null) { begin(unitOf(s)); return; }
  if (s.start !== null && drilling()) unit = unitOf(s);
  play();
}

// --- the sentence at hand: said now, or said last --------------------------------------------------------------------

let hand = null;

function point(s) {
  hand?.node.classList.remove("hand");
  const reach = (tabIndex) => [hand.node, hand.row.time, hand.row.star].forEach((node) => { node.tabIndex = tabIndex; });
  if (hand) reach(-1);
  hand = s;
  hand.node.classList.add("hand");
  reach(0); // of all rows one: the star too, for who has switched single letters off
}

/** The sentence before or after the one at hand. Said a moment ago means: the one before is meant, as players do. */
function neighbour(by) {
  if (!timed.length) return null;
  const at = hand && hand.start !== null ? timed.indexOf(hand) : lastBefore(timed, (s) => s.start, now());
  return timed[Math.max(0, Math.min(timed.length - 1, at + by))];
}
function stepTo(by) { const s = neighbour(by); if (s) hear(s, { remembering: false }); }

function setLoop() {
  if (loop.a === null) { loop.a = now(); say(t("loop from", clock(loop.a))); }
  else if (loop.b === null && now() > loop.a + 200) { loop.b = now(); say(t("loop", clock(loop.a), clock(loop.b))); seek(loop.a); play(); }
  else { endLoop(); return; }
  showLoop();
}
function endLoop() {
  [loop.a, loop.b] = [null, null];
  say(t("loop off"));
  showLoop();
}
/** Who goes to what is outside the loop wants to hear that. */
function leaveLoop(ms, end = ms) {
  if (loop.b !== null && (ms >= loop.b || end < loop.a - 500)) endLoop();
}
function showLoop() {
  $("ab").textContent = loop.a === null ? t("set a") : loop.b === null ? t("set b", clock(loop.a)) : t("end loop", clock(loop.a), clock(loop.b));
  $("ab").ariaPressed = String(loop.b !== null);
  $("looping").hidden = loop.b === null;
  $("looping").textContent = $("ab").textContent;
}

// --- the word that is said --------------------------------------------------------------------------------------------

const marker = window.Highlight && CSS.highlights ? new Highlight() : null; // paints a range: the text stays one piece
if (marker) CSS.highlights.set("word", marker);
let word = -1;
let places = null; // [first, after last letter] of each word of the spoken sentence

function markWord(ms) {
  if (!marker) return;
  const times = spoken ? data.words[spoken.index] : null;
  if (!times) { if (word >= 0) marker.clear(); word = -1; return; }
  let k = -1; // the last word that has begun; some have no time
  for (let n = 0; 2 * n < times.length; n++) if (times[2 * n] !== null && spoken.start + times[2 * n] <= ms) k = n;
  if (k === word) return;
  word = k;
  marker.clear();
  places ??= [...spoken.text.matchAll(/\S+/g)].map((found) => [found.index, found.index + found[0].length]);
  if (k < 0 || !places[k]) return;
  const range = new Range();
  range.setStart(spoken.node.firstChild, places[k][0]);
  range.setEnd(spoken.node.firstChild, places[k][1]);
  marker.add(range);
  lightPair(rangesOfWord(spoken, k));
}
function newSentence(s) {
  [word, places] = [-2, null];
  marker?.clear();
  if (s) point(s);
}

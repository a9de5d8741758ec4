// The review page: its keys, and the start of it all.

/** The next doubtful sentence behind the place where the reader is. */
function nextDoubtful() {
  const at = chosen?.index ?? spoken?.index ?? timed[lastBefore(timed, (s) => s.start, now())]?.index ?? -1;
  const wanted = [...english.filter((s) => s.index > at), ...english.filter((s) => s.index <= at)].find((s) => isDoubtful(s));
  if (!wanted) { say(t("none doubtful")); return; }
  if (!wanted.row.shown) showAll();
  jump(wanted.start, wanted, { sounding: false });
  choose(wanted);
  say(t("doubtful one", wanted.confidence, wanted.text));
}

function step(by) {
  const visible = english.filter((s) => s.row.shown);
  const focused = document.activeElement?.sentence;
  const at = visible.indexOf(chosen ?? (focused && !focused.zh ? focused : null) ?? spoken);
  const next = visible[Math.max(0, Math.min(visible.length - 1, at + by))];
  if (!next) return;
  if (correcting || chosen) { choose(next); return; }
  stopFollowing();
  bring(next);
  next.node.tabIndex = 0;
  next.node.focus({ preventScroll: true });
}

function setCorrecting(yes) {
  correcting = yes;
  $("correct").ariaPressed = String(yes);
  if (!yes) shut();
  else if (!chosen) {
    const s = document.activeElement?.sentence ?? spoken ?? saidLast(now()) ?? english[0];
    if (s) choose(s.zh ? s.row.en[0] ?? s : s);
  }
}

const KEYS = {
  " ": ["space", "k play", () => toggle()],
  k: ["k", "k play", () => toggle()],
  j: ["j", "k back", () => { seek(now() - 5000); setFollowing(true); }],
  l: ["l", "k ahead", () => { seek(now() + 5000); setFollowing(true); }],
  n: ["n", "k doubtful", nextDoubtful],
  ArrowDown: ["↓", "k down", () => step(1)],
  ArrowUp: ["↑", "k up", () => step(-1)],
  e: ["e", "k correct", () => setCorrecting(!correcting)],
  "[": ["[", "k earlier", () => nudge(-100)],
  "]": ["]", "k later", () => nudge(100)],
  "{": ["{", "k bit earlier", () => nudge(-10)],
  "}": ["}", "k bit later", () => nudge(10)],
  s: ["s", "k start", () => put("start")],
  S: ["S", "k end", putEnd],
  p: ["p", "k pin", () => put("pin")],
  q: ["q", "k snap", snap],
  c: ["c", "k right", confirmRight],
  x: ["x", "k gone", toggleGone],
  X: ["X", "k all gone", paragraphGone],
  t: ["t", "k text", openEditor],
  u: ["u", "k undo", undo],
  U: ["U", "k redo", redo],
  f: ["f", "k follow", () => toggleFollow()],
  "+": ["+", "k larger", () => resizeText(1)],
  "-": ["−", "k smaller", () => resizeText(-1)],
  "/": ["/", "k search", () => $("search").focus()],
  "?": ["?", "k keys", () => $("keys").showModal()],
  Escape: ["Esc", "k close", () => { if (editing) closeEditor(); else setCorrecting(false); }],
};
const LISTED = { Enter: "k enter", "Ctrl+Z": "k undo" };

function onKey(event) {
  const typing = event.target.matches("input[type=search], select, textarea");
  if ((event.ctrlKey || event.metaKey) && !event.altKey && /^[zy]$/i.test(event.key) && !typing && !composing(event)) {
    event.preventDefault();
    if (event.shiftKey || /y/i.test(event.key)) redo();
    else undo();
    return;
  }
  if (!isCommand(event)) return;
  const s = event.target.sentence;
  if (event.key === "Enter" && s) { event.preventDefault(); hearSentence(s); return; }
  const command = KEYS[event.key];
  if (!command) {
    if (/^(Page|Home|End)/.test(event.key)) stopFollowing();
    return;
  }
  event.preventDefault();
  if (!"[]{}".includes(event.key)) around = null;
  command[2]();
}

function hearSentence(s) {
  around = null;
  const target = s.zh ? s.row.en.find((o) => o.start !== null && s.start !== null && o.end > s.start) ?? s.row.en[0] : s;
  if (correcting && target) choose(target, { focus: !s.zh });
  const time = (s.zh ? target?.start ?? s.start : s.start) ?? null;
  if (time !== null) jump(time, target ?? s);
  else if (target) { seek(placeOf(target)); say(t("not in recording")); } // what would be heard there is the sentence above
}

function toggleFollow() {
  setFollowing(!following);
  if (following && spoken) bring(spoken);
}

function resizeText(by) {
  const s = chosen ?? spoken;
  resize(by);
  layOut();
  if (s) bring(s);
}

function measure() {
  document.documentElement.style.setProperty("--deck", `${$("deck").offsetHeight}px`);
}

function speak() {
  gaps.forEach((gap) => { gap.button.textContent = gap.text(); });
  rows.forEach(timeOf);
  sentences.forEach((s) => { if (s.node) paint(s); });
  nameFilters();
  lists();
  showCount();
  showChosen();
  const keys = [...Object.values(KEYS).map(([key, what]) => [key, what]), ...Object.entries(LISTED)];
  $("keys").querySelector("dl").replaceChildren(...keys.flatMap(([key, what]) => [make("dt", { textContent: key === "space" ? t("space") : key }), make("dd", { textContent: t(what) })]));
}

function wire() {
  onTick.push(followDeck);
  addEventListener("keydown", onKey);
  new ResizeObserver(() => { measure(); drawOverview(); showChosen(); }).observe($("deck"));
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => { drawOverview(); showChosen(); });
  $("transcript").addEventListener("click", (event) => {
    const s = event.target.closest(".s")?.sentence;
    if (s && !getSelection().toString()) hearSentence(s); // who selects a word wants the word
  });
  $("transcript").addEventListener("focusin", (event) => { if (event.target.sentence) event.target.tabIndex = 0; });
  const clicks = {
    next: nextDoubtful, follow: toggleFollow, export: exportEdits, applying: applyNow, help: () => $("keys").showModal(),
    correct: () => setCorrecting(!correcting), earlier: () => nudge(-100), later: () => nudge(100), here: () => put("start"),
    ends: putEnd, pin: () => put("pin"), gone: toggleGone, allgone: paragraphGone, undo, redo, right: confirmRight, snap, shiftall: shiftFollowing,
    reword: openEditor, shut: () => setCorrecting(false), split: splitText, join: joinText, zhup: () => moveChinese(-1), zhdown: () => moveChinese(1),
    savetext: saveText, canceltext: closeEditor, smaller: () => resizeText(-1), larger: () => resizeText(1), everything: showAll,
  };
  for (const [id, act] of Object.entries(clicks)) $(id).onclick = () => { if (!["earlier", "later", "snap"].includes(id)) around = null; act(); };
  $("filter").onchange = filter;
  for (const id of ["en-text", "zh-text"]) {
    $(id).onfocus = () => { splitText.last = $(id); };
    $(id).oninput = keepTyped;
    $(id).onkeydown = (event) => {
      if (composing(event)) return;
      if (event.key === "Enter") { event.preventDefault(); saveText(); }
      if (event.key === "Escape") { event.preventDefault(); closeEditor(); }
    };
  }
  lockScreen({
    seekbackward: () => seek(now() - 5000), seekforward: () => seek(now() + 5000), seekto: ({ seekTime }) => seek(1000 * seekTime),
  });
}

resize(0);
build();
listenToTongue(speak);
loadDraft();
data.remarks.forEach((text) => $("remarks").append(make("p", { textContent: text, lang: "en" })));
$("remarks").hidden = !data.remarks.length;
if (innerWidth < 1100) document.querySelectorAll("#side details").forEach((part) => { part.open = false; });
waveEvents();
dragStart();
wire();
watchScrolling();
watchPairs();
releaseButtons();
listenToSearch();
startPlayer();
drawOverview();
if (english.length) english[0].node.tabIndex = 0;
goToLink();
openTyped();
tell("refused", kept.read(own("told"), []), () => kept.drop(own("told")));

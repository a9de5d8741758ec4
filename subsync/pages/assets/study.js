// The study page: reading, listening, and the reader's wishes.

const veiled = (node, lang) => node && node.textContent && document.body.classList.contains(`veil-${lang}`) && !node.closest(".row").classList.contains("open");

/** Cover what the reader does not want to see; a tap uncovers it. */
function veil() {
  document.body.classList.toggle("veil-en", !wish.en || dictating);
  document.body.classList.toggle("veil-zh", !wish.zh);
  document.querySelectorAll(".row.open").forEach((row) => row.classList.remove("open"));
  document.body.classList.toggle("chinese-first", wish.primed);
}

function showWishes() {
  for (const name of ["pause", "repeat", "gap"]) $(`w-${name}`).value = String(wish[name]);
  for (const name of ["en", "zh", "primed"]) $(`w-${name}`).checked = wish[name];
  $("w-rate").value = String(wish.rate);
  $("speed").textContent = `${wish.rate} ×`;
  document.body.classList.toggle("drilling", drilling());
}

function setWish(name, value) {
  wish[name] = value;
  kept.write("study", wish);
  if (name === "rate") setRate(value);
  if (["en", "zh", "primed"].includes(name)) veil();
  if (["pause", "repeat", "gap", "primed"].includes(name)) [unit, waiting] = [null, false];
  showWishes();
}

function speed(by) {
  setWish("rate", Math.round(20 * Math.max(0.5, Math.min(2, wish.rate + by))) / 20);
  say(`${wish.rate} ×`);
}

function onText(event) {
  const s = event.target.closest(".s")?.sentence;
  if (!s || getSelection().toString()) return; // who selects a word wants the word
  const lang = s.zh ? "zh" : "en";
  if (veiled(s.node, lang)) { s.row.node.classList.add("open"); return; }
  const target = s.zh ? s.row.en.find((o) => o.start !== null && s.start !== null && o.end > s.start) ?? s.row.en[0] : s;
  if (target && target.start !== null) hear(target);
  else if (s.start !== null) jump(s.start);
  else say(t("not in recording"));
}

function moveFocus(by) {
  const at = english.indexOf(hand);
  const next = english[Math.max(0, Math.min(english.length - 1, at + by))];
  if (!next) return;
  point(next);
  stopFollowing();
  bring(next);
  next.node.focus({ preventScroll: true });
}

function copyHand(how) {
  if (!hand) return;
  const text = [hand.text, chineseOf(hand)].filter(Boolean).join("\n");
  const when = hand.start === null ? "" : clock(hand.start);
  copy(how === "link" ? `${text}\n${linkTo(hand)}` : how === "time" ? `[${when}] ${text}` : text, t("copied"));
}

const KEYS = {
  " ": ["space", "k play", press],
  k: ["k", "k play", press],
  ArrowLeft: ["←", "k previous", () => stepTo(-1)],
  ArrowRight: ["→", "k next", () => stepTo(1)],
  r: ["r", "k repeat", () => hand && hear(hand, { remembering: false })],
  j: ["j", "k back", () => seek(now() - 5000)],
  l: ["l", "k ahead", () => seek(now() + 5000)],
  ArrowDown: ["↓", "k down", () => moveFocus(1)],
  ArrowUp: ["↑", "k up", () => moveFocus(-1)],
  s: ["s", "k star", () => hand && toggleStar([hand])],
  e: ["e", "k english", () => setWish("en", !wish.en)],
  z: ["z", "k chinese", () => setWish("zh", !wish.zh)],
  h: ["h", "k reveal", () => hand?.row.node.classList.toggle("open")],
  p: ["p", "k pause", () => { setWish("pause", wish.pause === "off" ? "sentence" : "off"); say(t(wish.pause === "off" ? "auto-pause off" : "auto-pause on")); }],
  a: ["a", "k loop", setLoop],
  "<": ["<", "k slower", () => speed(-0.1)],
  ">": [">", "k faster", () => speed(0.1)],
  d: ["d", "k dictation", () => dictate(!dictating)],
  c: ["c", "k copy", () => copyHand("text")],
  t: ["t", "k copy time", () => copyHand("time")],
  y: ["y", "k copy link", () => copyHand("link")],
  f: ["f", "k follow", () => { setFollowing(!following); if (following && hand) bring(hand); }],
  "+": ["+", "k larger", () => resizeText(1)],
  "-": ["−", "k smaller", () => resizeText(-1)],
  "/": ["/", "k search", () => find(true)],
  "?": ["?", "k keys", () => $("settings").showModal()],
  Escape: ["Esc", "k close", () => { if (dictating) dictate(false); else find(false); }],
};

function onKey(event) {
  if (!isCommand(event)) return;
  if (event.key === "Enter" && event.target.sentence) { event.preventDefault(); hear(event.target.sentence); return; }
  const command = KEYS[event.key];
  if (!command) {
    if (/^(Page|Home|End)/.test(event.key)) stopFollowing();
    return;
  }
  event.preventDefault();
  command[2]();
}

function resizeText(by) {
  resize(by);
  layOut();
  if (hand) bring(hand);
}

function find(on) {
  $("finder").hidden = !on;
  if (on) { $("settings").close(); $("search").focus(); } else { $("search").value = ""; search(); }
}
const showAll = () => {}; // nothing is ever filtered here

function listSections() {
  const button = (text, start, approximate, index) => make("li", {}, make("button", {
    type: "button",
    onclick: () => { $("contents").close(); $(`h${index}`).scrollIntoView({ block: "center" }); if (start !== null) { release(); unit = null; jump(start); } },
  }, make("time", { textContent: sectionTime(start, approximate) }), make("span", { textContent: text || t("no heading"), lang: langOf(text) })));
  $("contents").querySelector("ol").replaceChildren(...data.sections.map(([text, , , start, approximate], k) => button(text, start, approximate, k)));
}

/** What is written anew when the language of the page changes. */
function speak() {
  const placed = english.filter((s) => s.start !== null).length;
  $("facts").textContent = t("study facts", clock(data.duration), placed, english.length - placed);
  gaps.forEach((gap) => { gap.button.textContent = gap.text(); });
  rows.forEach((row) => { timeOf(row); paintStar(row); });
  listSections();
  showLoop();
  $("go").ariaLabel = t(playing() ? "pause" : "play");
  $("keylist").replaceChildren(...Object.values(KEYS).flatMap(([key, what]) => [make("dt", { textContent: key === "space" ? t("space") : key }), make("dd", { textContent: t(what) })]));
}

let noted = 0;
function follow(ms) {
  highlight(ms);
  markWord(ms);
  drill(ms);
  if (document.activeElement !== $("place") || playing()) $("place").value = String(ms);
  const shown = clock(ms);
  if ($("clock").textContent !== shown) {
    $("clock").textContent = shown;
    $("place").ariaValueText = t("of", shown, clock(data.duration));
    navigator.mediaSession?.setPositionState?.({ duration: data.duration / 1000, playbackRate: rate, position: Math.min(ms, data.duration) / 1000 });
  }
  if (Math.abs(ms - noted) > 3000) { noted = ms; kept.write(own("place"), ms); }
}

function wire() {
  onTick.push(follow);
  onSpoken.push(newSentence);
  onSeek.push((ms) => { if (!spoken && timed.length) point(saidLast(ms)); });
  onJump.push((ms) => leaveLoop(ms));
  onPlay.push(() => { document.body.classList.add("playing"); $("go").ariaLabel = t("pause"); if (!hold) state(""); });
  onPause.push(() => { document.body.classList.remove("playing"); $("go").ariaLabel = t("play"); kept.write(own("place"), now()); });
  addEventListener("keydown", onKey);
  addEventListener("pagehide", () => { if (now()) kept.write(own("place"), now()); });
  $("transcript").addEventListener("click", onText);
  $("go").onclick = press;
  $("previous").onclick = () => stepTo(-1);
  $("next").onclick = () => stepTo(1);
  $("repeat").onclick = () => { if (hand) hear(hand, { remembering: false }); };
  $("follow").onclick = () => { setFollowing(!following); if (following && hand) bring(hand); };
  $("sections").onclick = () => $("contents").showModal();
  $("wishes").onclick = () => $("settings").showModal();
  $("place").max = String(data.duration);
  $("place").oninput = () => { release(); unit = null; leaveLoop(Number($("place").value)); seek(Number($("place").value)); };
  $("length").textContent = clock(data.duration);
  $("ab").onclick = setLoop;
  $("looping").onclick = endLoop;
  for (const name of ["pause", "repeat", "gap"]) $(`w-${name}`).onchange = (event) => setWish(name, name === "pause" ? event.target.value : Number(event.target.value));
  for (const name of ["en", "zh", "primed"]) $(`w-${name}`).onchange = (event) => setWish(name, event.target.checked);
  $("w-rate").oninput = (event) => setWish("rate", Number(event.target.value));
  $("smaller").onclick = () => resizeText(-1);
  $("larger").onclick = () => resizeText(1);
  $("dictate").onclick = () => { $("settings").close(); dictate(true); };
  $("finding").onclick = () => find(true);
  $("unfind").onclick = () => find(false);
  $("hear").onclick = hearAsked;
  $("check").onclick = check;
  $("onward").onclick = onward;
  $("undictate").onclick = () => dictate(false);
  $("typed").onkeydown = (event) => {
    if (composing(event)) return;
    if (event.key === "Enter") { event.preventDefault(); if (event.ctrlKey || event.metaKey || event.shiftKey) onward(); else check(); }
    if (event.key === "Escape") { event.preventDefault(); dictate(false); }
    if (event.altKey && event.key.toLowerCase() === "r") { event.preventDefault(); hearAsked(); }
  };
  for (const kind of ["anki", "markdown", "list"]) $(kind).onclick = () => exportStars(kind);
  lockScreen({
    play: press, previoustrack: () => stepTo(-1), nexttrack: () => stepTo(1),
    seekbackward: () => seek(now() - 5000), seekforward: () => seek(now() + 5000), seekto: ({ seekTime }) => seek(1000 * seekTime),
  });
}

resize(0);
onRow.push(starRow);
loadStars();
build();
listenToTongue(speak);
english.filter((s) => s.start === null).forEach((s) => { s.node.classList.add("absent"); s.node.title = t("not in recording"); });
wire();
watchScrolling();
watchPairs();
releaseButtons();
listenToSearch();
countStars();
veil();
showWishes();
setRate(wish.rate);
startPlayer({ controls: Boolean(data.video) });
if (english.length) point(english[0]);
if (!goToLink()) {
  const place = kept.read(own("place"), 0);
  if (place > 0 && place < data.duration) {
    history.scrollRestoration = "manual"; // or the browser scrolls on to where the page stood when it was left
    seek(place);
    say(t("went on", clock(place)));
  }
}

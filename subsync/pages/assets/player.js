// One face for the two players: the page's own element, and YouTube's frame where a server serves the page.

let player = null;
const now = () => player?.now() ?? 0;
const playing = () => player !== null && !player.paused();
const onTick = []; // told the time, on every frame that plays and on every seek
const onSeek = []; // told where to
const onPlay = [];
const onPause = [];
const served = location.protocol.startsWith("http");
const serving = document.documentElement.dataset.serving; // what our own server allows: "look" or "apply"

function seek(ms) {
  const to = Math.max(0, Math.min(data.duration, Math.round(ms)));
  player?.seek(to);
  tick(to);
  onSeek.forEach((told) => told(to));
  return to;
}

function play() {
  if (!player) say(t("choose recording"));
  else if (!playing()) player.toggle();
}
const pause = () => { if (playing()) player.toggle(); };
const toggle = () => (playing() ? pause() : play());

function tick(ms = now()) {
  onTick.forEach((told) => told(ms));
}

let running = false;
function run() {
  if (running) return;
  running = true;
  alone();
  onPlay.forEach((told) => told());
  const step = () => {
    if (!playing()) { stopped(); return; }
    tick();
    requestAnimationFrame(step);
  };
  requestAnimationFrame(step);
}
function stopped() {
  if (!running) return;
  running = false;
  onPause.forEach((told) => told());
}

// --- the page's own element ------------------------------------------------------------------------------------------

let address = null; // of the recording that plays, or would
let before = null; // the one before, to go back to

function elementPlayer(source, { name = null, controls = true } = {}) {
  const node = make(data.video ? "video" : "audio", { controls, preload: "metadata", src: source, ariaLabel: t("recording") });
  node.playsInline = true;
  node.tabIndex = controls ? 0 : -1;
  const current = () => $("player").contains(node);
  node.addEventListener("error", () => { if (current()) unplayable(name, node.error); });
  node.addEventListener("loadedmetadata", () => { if (current()) suits(node.duration, name); });
  node.addEventListener("play", run);
  for (const event of ["seeking", "timeupdate", "pause", "ratechange"]) node.addEventListener(event, () => { if (current()) tick(); });
  node.addEventListener("pause", () => { if (current()) stopped(); });
  $("player").replaceChildren(node);
  document.body.classList.toggle("watching", Boolean(data.video));
  node.playbackRate = node.defaultPlaybackRate = rate;
  return {
    now: () => Math.round(node.currentTime * 1000),
    seek: (ms) => { node.currentTime = ms / 1000; },
    paused: () => node.paused,
    toggle: () => (node.paused ? node.play().catch((error) => { if (error.name !== "AbortError") say(t(error.name === "NotAllowedError" ? "press play" : "cannot play")); }) : node.pause()),
    rate: (value) => { node.playbackRate = node.defaultPlaybackRate = value; },
  };
}

let rate = 1;
function setRate(value) {
  rate = Math.max(0.5, Math.min(2, value));
  player?.rate(rate);
}

// --- YouTube's frame, spoken to by messages: no script of theirs runs in the page -------------------------------------

const YOUTUBE = "https://www.youtube-nocookie.com";
const PATIENCE = 8000; // ms until a player that says nothing is said to be silent

function youtubePlayer(id) {
  const frame = make("iframe", {
    id: "frame", title: "YouTube", referrerPolicy: "strict-origin-when-cross-origin", allow: "autoplay; encrypted-media; fullscreen",
    src: `${YOUTUBE}/embed/${id}?enablejsapi=1&playsinline=1&origin=${encodeURIComponent(location.origin)}`,
  });
  $("player").replaceChildren(frame);
  document.body.classList.remove("watching");
  const seen = { state: -1, time: 0, at: 0, answered: false };
  const post = (message) => frame.contentWindow?.postMessage(JSON.stringify({ id: "frame", channel: "widget", ...message }), YOUTUBE);
  const command = (func, ...args) => post({ event: "command", func, args });
  const knock = setInterval(() => {
    if (seen.answered || !frame.isConnected) clearInterval(knock);
    else post({ event: "listening" });
  }, 250);
  setTimeout(() => { if (!seen.answered && frame.isConnected) notice(t("youtube silent"), back(t("back"))); }, PATIENCE);
  addEventListener("message", (event) => {
    if (event.origin !== YOUTUBE || !frame.isConnected) return;
    let message = null;
    try { message = JSON.parse(event.data); } catch { return; }
    if (!seen.answered) { seen.answered = true; notice(""); command("setPlaybackRate", rate); }
    if (message.event === "onError") notice(t("youtube refuses"), back(t("back")));
    const info = message.info;
    if (!info || typeof info !== "object") return;
    if (typeof info.currentTime === "number") [seen.time, seen.at] = [info.currentTime * 1000, performance.now()];
    if (typeof info.playerState === "number" && info.playerState !== seen.state) {
      seen.state = info.playerState;
      if (seen.state === 1) run();
      else { tick(); stopped(); }
    }
  });
  return {
    // It tells its time every quarter of a second; between two of them the clock goes on.
    now: () => Math.round(seen.time + (seen.state === 1 ? Math.min(500, performance.now() - seen.at) * rate : 0)),
    seek: (ms) => { [seen.time, seen.at] = [ms, performance.now()]; command("seekTo", ms / 1000, true); },
    paused: () => seen.state !== 1,
    toggle: () => command(seen.state === 1 ? "pauseVideo" : "playVideo"),
    rate: (value) => command("setPlaybackRate", value),
  };
}

// --- what can go wrong, and the way back ------------------------------------------------------------------------------

/** Something above the text that the reader has to know, with what can be done about it; nothing takes it away. */
function notice(text, ...actions) {
  $("missing").hidden = !text;
  $("missing").replaceChildren(text, ...actions.filter(Boolean).flatMap((node) => [" ", node]));
}

/** What else has to stay until the reader has seen it, a line for each; of one kind the last stands. */
function tell(kind, lines, ...actions) {
  $("told").querySelector(`[data-kind="${kind}"]`)?.remove();
  if (!lines.length) return;
  const node = make("div", { className: "notice" }, ...lines.map((line) => make("p", {}, line)));
  node.dataset.kind = kind;
  const seen = actions.find((act) => typeof act === "function");
  const closing = make("button", { type: "button", textContent: "×", ariaLabel: t("close"), onclick: () => { node.remove(); seen?.(); } });
  node.append(...actions.filter((act) => act !== seen).flatMap((act) => [act, " "]), closing);
  $("told").append(node);
}

function back(label) {
  return before === null ? null : make("button", { type: "button", textContent: label, onclick: () => { notice(""); load(before); } });
}

/** Play what is at an address; what played before can be gone back to. */
function load(next) {
  if (address && address.source !== next.source) before = address;
  address = next;
  const at = now();
  pause();
  if (next.video !== undefined) data.video = next.video;
  player = next.youtube ? youtubePlayer(next.youtube) : elementPlayer(next.source, next);
  if (at) player.seek(at);
}

const choosing = () => make("button", { type: "button", textContent: t("choose file"), onclick: () => $("file").click() });

function unplayable(name, error) {
  if (data.itself && address.source === data.recording) { // the copy that was made to be played is gone
    load({ ...address, source: data.itself });
    before = null;
    return;
  }
  const known = name !== null;
  const broken = error?.code === 3;
  notice(broken || known ? t("unplayable", name ?? t("recording")) : t("gone or unplayable"), known ? back(t("back")) : choosing());
}

const SLACK = 3000; // ms that lengths may differ by: containers round, players too

/** A file of another length is another recording: its times would be wrong from the start. */
function suits(seconds, name) {
  const off = Number.isFinite(seconds) ? Math.abs(seconds * 1000 - data.duration) : 0;
  if (off > Math.max(SLACK, data.duration / 100)) notice(t("wrong length", name ?? t("recording"), clock(seconds * 1000), clock(data.duration)), back(t("back")));
  else notice("");
}

function chooseFile() {
  const [file] = $("file").files;
  $("file").value = "";
  if (file) load({ source: URL.createObjectURL(file), name: file.name, video: file.type.startsWith("video/"), controls: address?.controls ?? true });
}

function startPlayer({ controls = true } = {}) {
  const inside = $("sound")?.textContent.trim();
  if (inside) data.video = false; // only the sound is in the page
  const source = inside ? URL.createObjectURL(new Blob([Uint8Array.from(atob(inside), (c) => c.charCodeAt(0))], { type: "audio/webm" }))
    : serving === undefined ? data.recording : "recording";
  if (source) load({ source, controls });
  else { address = { source: null, controls }; notice(t("recording gone"), choosing()); }
  $("youtube").hidden = !(served && data.youtube); // in a file its player does not play (error 153)
  $("youtube").onclick = () => load({ youtube: data.youtube, source: YOUTUBE });
  $("file").onchange = chooseFile;
}

// --- one tab at a time, and the lock screen ---------------------------------------------------------------------------

const me = Math.random().toString(36).slice(2); // this tab
function alone() {
  kept.write("playing", [me, Date.now()]);
}
addEventListener("storage", (event) => { if (event.key === "subsync:playing" && event.newValue && !event.newValue.includes(me)) pause(); });

function lockScreen(actions) {
  const session = navigator.mediaSession;
  if (!session) return;
  session.metadata = new MediaMetadata({ title: data.title, artist: "subsync" });
  for (const [name, act] of Object.entries({ play, pause, ...actions })) {
    try { session.setActionHandler(name, act); } catch { /* an action that this browser does not know */ }
  }
}

// The player, the subtitles and the waveform, and what follows the voice.

/** One face for the two players: the page's own element, and YouTube's frame where a server serves the page. */
let player = null;
const now = () => player?.now() ?? 0;

function seek(ms) {
  const to = Math.max(0, Math.min(data.duration, ms));
  player?.seek(to);
  setFollowing(true);
  tick(to);
}

function elementPlayer(address) {
  const node = make(data.video ? "video" : "audio", { controls: true, preload: "metadata", src: address, ariaLabel: "Recording" });
  node.tabIndex = 0;
  node.addEventListener("error", () => missing(true));
  node.addEventListener("loadedmetadata", () => missing(false));
  node.addEventListener("play", run);
  for (const event of ["seeking", "timeupdate", "pause"]) node.addEventListener(event, () => tick());
  $("player").replaceChildren(node);
  return {
    now: () => Math.round(node.currentTime * 1000),
    seek: (ms) => { node.currentTime = ms / 1000; },
    paused: () => node.paused,
    toggle: () => (node.paused ? node.play().catch(() => say("The recording cannot be played")) : node.pause()),
  };
}

function youtubePlayer(id) {
  const frame = make("iframe", {
    id: "frame", title: "YouTube", referrerPolicy: "strict-origin-when-cross-origin", allow: "autoplay; encrypted-media; fullscreen",
    src: `https://www.youtube.com/embed/${id}?enablejsapi=1&playsinline=1&origin=${encodeURIComponent(location.origin)}`,
  });
  $("player").replaceChildren(frame);
  let video = null;
  const start = () => { video = new YT.Player(frame, { events: { onReady: () => missing(false), onStateChange: run } }); };
  if (window.YT?.Player) start();
  else {
    window.onYouTubeIframeAPIReady = start;
    document.head.append(make("script", { src: "https://www.youtube.com/iframe_api" }));
  }
  return {
    now: () => Math.round((video?.getCurrentTime?.() ?? 0) * 1000),
    seek: (ms) => video?.seekTo?.(ms / 1000, true),
    paused: () => video?.getPlayerState?.() !== 1,
    toggle: () => (video?.getPlayerState?.() === 1 ? video.pauseVideo() : video?.playVideo?.()),
  };
}

function missing(yes) {
  $("missing").hidden = !yes;
  $("missing").textContent = yes ? "The recording is not where it was. Choose its file with “Recording…”." : "";
  measure();
}

function chooseFile() {
  const [file] = $("file").files;
  if (!file) return;
  if (file.type.startsWith("video/")) data.video = true;
  document.body.classList.toggle("watching", data.video);
  player = elementPlayer(URL.createObjectURL(file));
}

function startPlayer() {
  const served = location.protocol.startsWith("http");
  const address = served ? "recording" : data.recording;
  document.body.classList.toggle("watching", data.video);
  if (address) player = elementPlayer(address);
  else missing(true);
  $("youtube").hidden = !(served && data.youtube);
  $("youtube").onclick = () => { document.body.classList.remove("watching"); player = youtubePlayer(data.youtube); };
}

// --- following the voice ---------------------------------------------------------------------------------------------

let spoken = null;
let cue = -1;
let following = true;
let running = false;

function setFollowing(yes) {
  following = yes;
  $("follow").ariaPressed = String(yes);
}
const stopFollowing = () => { setFollowing(false); aim = null; };

/** Index of the last entry that starts at or before a time, by bisection. */
function lastBefore(entries, startOf, ms) {
  let [low, high] = [0, entries.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (startOf(entries[middle]) <= ms) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

function tick(ms = now()) {
  const k = lastBefore(timed, (s) => s.start, ms);
  const current = k >= 0 && ms < Math.max(timed[k].end, timed[k].start + 1) ? timed[k] : null;
  if (current !== spoken) highlight(current);
  const c = lastBefore(data.cues, (entry) => entry[0], ms);
  const visible = c >= 0 && ms < data.cues[c][1] ? c : -1;
  if (visible !== cue) subtitle(visible);
  $("playhead").style.transform = `translateX(${(ms / data.duration) * $("wave").clientWidth}px)`;
  $("wave").ariaValueNow = String(Math.round(ms / 1000));
  $("wave").ariaValueText = `${clock(ms)} of ${clock(data.duration)}`;
  if (!$("bench").hidden) drawClose(ms);
}

let lit = []; // the spoken sentence and what translates it

function highlight(current) {
  lit.forEach((s) => { s.node.classList.remove("now"); s.node.removeAttribute("aria-current"); });
  spoken = current;
  lit = current ? [current, ...current.row.zh.filter((z) => z.start !== null && z.start < current.end && current.start < z.end)] : [];
  lit.forEach((s) => { s.node.classList.add("now"); });
  current?.node.setAttribute("aria-current", "true");
  if (current && following && current.row.shown) bring(current);
}

function subtitle(index) {
  cue = index;
  const lines = index < 0 ? [] : [["en", data.cues[index][2]], ["zh", data.cues[index][3]]];
  $("subtitle").replaceChildren(...lines.flatMap(([lang, text]) => (text ? text.split("\n") : []).map((line) => make("p", { lang, textContent: line }))));
}

function run() {
  if (running) return;
  running = true;
  const step = () => {
    if (!player || player.paused()) { running = false; return; }
    tick();
    requestAnimationFrame(step);
  };
  requestAnimationFrame(step);
}

// --- the waveform ----------------------------------------------------------------------------------------------------

const peaks = Uint8Array.from(atob(data.peaks), (c) => c.charCodeAt(0));

function prepared(canvas) {
  const [width, height, scale] = [canvas.clientWidth, canvas.clientHeight, devicePixelRatio || 1];
  [canvas.width, canvas.height] = [width * scale, height * scale];
  const pen = canvas.getContext("2d");
  pen.scale(scale, scale);
  const style = getComputedStyle(document.documentElement);
  return { pen, width, height, color: (name) => style.getPropertyValue(name).trim() };
}

/** Bars of a stretch of the recording: the loudest peak under each pixel column. */
function bars({ pen, width, height, color }, from, to) {
  pen.fillStyle = color("--bar");
  const perPixel = ((to - from) / width / 1000) * data.perSecond;
  for (let x = 0; x < width; x += 2) {
    const first = Math.floor((from / 1000) * data.perSecond + x * perPixel);
    let top = 0;
    for (let k = Math.max(0, first); k < Math.max(first + 1, first + 2 * perPixel); k++) top = Math.max(top, peaks[k] ?? 0);
    const bar = (top / 255) * (height - 8);
    pen.fillRect(x, (height - bar) / 2, 1.5, Math.max(bar, 0.5));
  }
}

function hatched({ pen, height, color }, x, width) {
  pen.save();
  pen.beginPath();
  pen.rect(x, 0, Math.max(width, 2), height);
  pen.clip();
  pen.strokeStyle = color("--hatch");
  pen.lineWidth = 1.5;
  for (let d = x - height; d < x + width; d += 7) {
    pen.beginPath();
    pen.moveTo(d, height);
    pen.lineTo(d + height, 0);
    pen.stroke();
  }
  pen.restore();
}

/** As much of a text as there is room for; nothing if that is next to nothing. */
function fitting(pen, text, room) {
  const letters = [...text].slice(0, 40);
  if (pen.measureText(letters.join("")).width <= room) return letters.join("");
  while (letters.length && pen.measureText(`${letters.join("")}…`).width > room) letters.pop();
  return letters.length > 2 ? `${letters.join("")}…` : "";
}

function drawOverview() {
  const view = prepared($("overview"));
  const { pen, width, height, color } = view;
  const x = (ms) => (ms / data.duration) * width;
  bars(view, 0, data.duration);
  data.unwritten.forEach(([start, end]) => hatched(view, x(start), x(end) - x(start)));
  pen.fillStyle = color("--doubt");
  timed.filter(isDoubtful).forEach((s) => pen.fillRect(x(s.start) - 1, height - 5, 3, 5));
  const marks = data.sections.filter(([, , , start]) => start !== null).map(([text, , , start]) => [text, x(start)]);
  pen.fillStyle = color("--accent");
  marks.forEach(([, left]) => pen.fillRect(left, 0, 1.5, height));
  pen.font = "11px system-ui, sans-serif";
  marks.forEach(([text, left], k) => {
    const next = marks.slice(k + 1).find(([, right]) => right > left)?.[1] ?? width;
    const label = fitting(pen, text, next - left - 8);
    if (!label) return;
    pen.fillStyle = color("--panel");
    pen.fillRect(left + 3, 0, pen.measureText(label).width + 2, 13);
    pen.fillStyle = color("--accent");
    pen.fillText(label, left + 4, 10);
  });
  tick();
}

function waveEvents() {
  const wave = $("wave");
  const at = (event) => ((event.clientX - wave.getBoundingClientRect().left) / wave.clientWidth) * data.duration;
  let held = false;
  wave.addEventListener("pointerdown", (event) => { held = true; wave.setPointerCapture(event.pointerId); seek(at(event)); });
  wave.addEventListener("pointermove", (event) => { if (held) seek(at(event)); });
  for (const end of ["pointerup", "pointercancel"]) wave.addEventListener(end, () => { held = false; });
  wave.ariaValueMax = String(Math.round(data.duration / 1000));
  wave.addEventListener("keydown", (event) => {
    const step = { ArrowLeft: -5000, ArrowRight: 5000, ArrowDown: -5000, ArrowUp: 5000, PageDown: -60000, PageUp: 60000 }[event.key];
    if (step) seek(now() + step);
    else if (event.key === "Home") seek(0);
    else if (event.key === "End") seek(data.duration);
    else return;
    event.preventDefault();
  });
  $("picture").querySelector("svg")?.addEventListener("click", (event) => {
    const svg = event.currentTarget;
    const place = new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());
    const [left, wide] = [Number(svg.dataset.left), Number(svg.dataset.width)];
    seek(((place.x - left) / wide) * data.duration);
  });
}

// The subtitles and the waveform above the transcript.

let cue = -1;

function followDeck(ms) {
  highlight(ms);
  const c = lastBefore(data.cues, (entry) => entry[0], ms);
  const visible = c >= 0 && ms < data.cues[c][1] ? c : -1;
  if (visible !== cue) subtitle(visible);
  $("playhead").style.transform = `translateX(${(ms / data.duration) * $("wave").clientWidth}px)`;
  $("wave").ariaValueNow = String(Math.round(ms / 1000));
  $("wave").ariaValueText = t("of", clock(ms), clock(data.duration));
  if (!$("bench").hidden) followClose(ms);
}

function subtitle(index) {
  cue = index;
  const lines = index < 0 ? [] : [["en", data.cues[index][2]], [data.zh, data.cues[index][3]]];
  $("subtitle").replaceChildren(...lines.flatMap(([lang, text]) => (text ? text.split("\n") : []).map((line) => make("p", { lang, textContent: line }))));
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
  let held = null; // where a finger or the mouse went down; a finger that goes up or down scrolls the page
  wave.addEventListener("pointerdown", (event) => {
    held = { x: event.clientX, dragging: event.pointerType === "mouse", from: now() };
    if (held.dragging) { wave.setPointerCapture(event.pointerId); seek(at(event)); setFollowing(true); }
  });
  wave.addEventListener("pointermove", (event) => {
    if (!held) return;
    if (!held.dragging && Math.abs(event.clientX - held.x) > 8) { held.dragging = true; wave.setPointerCapture(event.pointerId); }
    if (held.dragging) seek(at(event));
  });
  wave.addEventListener("pointerup", (event) => {
    if (!held) return;
    const { from } = held;
    held = null;
    seek(at(event));
    if (Math.abs(from - now()) > 1000) remember(null, now());
    setFollowing(true);
  });
  wave.addEventListener("pointercancel", () => { held = null; });
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
    jump(((place.x - left) / wide) * data.duration, null, { sounding: false });
  });
}

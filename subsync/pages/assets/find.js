// Search in the transcript, and whose a key is.

let texts = null; // of all sentences as they read now, folded when first needed
const reads = (s) => (s.rewritten ? (s.node.hidden ? "" : s.rewritten.to) : s.text) + (s.added?.textContent ?? "");
let hits = [];
let hit = -1;

function found(query) {
  texts ??= sentences.map((s) => folded(reads(s)));
  const wanted = terms(query);
  if (!wanted.length) return [];
  const whole = folded(query).trim();
  const exact = sentences.filter((s) => s.row && texts[s.index].includes(whole));
  if (exact.length || wanted.length < 2) return exact;
  return rows.flatMap((row) => {
    const all = [...row.en, ...row.zh];
    const each = wanted.map((term) => all.filter((s) => texts[s.index].includes(term)));
    return each.every((some) => some.length) ? [...new Set(each.flat())].sort((a, b) => a.index - b.index) : [];
  });
}

function search() {
  hits.forEach((s) => s.node.classList.remove("hit", "current"));
  const wanted = $("search").value.trim();
  hits = found(wanted);
  hits.forEach((s) => s.node.classList.add("hit"));
  hit = -1;
  $("found").textContent = wanted ? t("found", hits.length) : "";
}

function nextHit(step) {
  if (!hits.length) return;
  hits[hit]?.node.classList.remove("current");
  hit = (hit + step + hits.length) % hits.length;
  hits[hit].node.classList.add("current");
  if (!hits[hit].row.shown) showAll();
  $("found").textContent = t("hit of", hit + 1, hits.length);
  stopFollowing();
  bring(hits[hit]);
}

function listenToSearch() {
  const field = $("search");
  field.addEventListener("input", (event) => {
    if (event.isComposing) return;
    clearTimeout(search.waiting);
    search.waiting = setTimeout(search, 150);
  });
  field.addEventListener("compositionend", () => { clearTimeout(search.waiting); search.waiting = setTimeout(search, 150); });
  field.addEventListener("keydown", (event) => {
    if (composing(event)) return; // Enter and Escape are the input method's
    if (event.key === "Enter") { clearTimeout(search.waiting); if (hit < 0) search(); nextHit(event.shiftKey ? -1 : 1); }
    if (event.key === "Escape") { field.value = ""; search(); field.blur(); }
  });
}

/** Whether a key is a command, or somebody else's: a field's, a button's, a dialog's, the input method's. */
function isCommand(event) {
  const on = event.target;
  if (event.ctrlKey || event.metaKey || event.altKey || composing(event) || document.querySelector("dialog[open]")) return false;
  if (on.matches("input:not([type=range]):not([type=checkbox]), select, textarea")) return false;
  if ((event.key === " " || event.key === "Enter") && on.matches("button, summary, audio, video, [type=checkbox]")) return false;
  if (event.key.startsWith("Arrow") && !on.matches("body, .s, main")) return false;
  return event.key.length > 1 || event.key === " " || $("letters").checked;
}

// Corrections of text: another wording, two sentences for one, one for two, the Chinese moved to another English.

// {sentence, count, text, to}: so many sentences from there on, of one language, and what they become. A count of 0: the
// Chinese that a paragraph gets which has none; the sentence is an English one of it.
let rewrites = [];
let pairs = []; // {sentence, with}: a Chinese sentence, and the English one that it translates
const wording = { texts: true, get edit() { return { rewrites, pairs }; } }; // what a step of history is about
const wordings = () => rewrites.length + pairs.length;
let editing = null; // {s, en: [sentences], zh: [sentences]}

const joined = (some) => some.map((s) => s.text).join(some[0]?.zh ? "" : " ");
const tidy = (text) => text.replace(/\s+/g, " ").trim();
const sentencesOf = (r) => {
  const zh = sentences[r.sentence].zh;
  return sentences.slice(r.sentence).filter((s) => s.zh === zh).slice(0, r.count);
};

function setWording(value) {
  rewrites.flatMap(sentencesOf).forEach((s) => { s.rewritten = null; s.node.firstChild.data = s.text; s.node.hidden = false; paint(s); });
  rewrites.filter((r) => !r.count).forEach((r) => { sentences[r.sentence].added.remove(); sentences[r.sentence].added = null; });
  const touched = new Set([...pairs, ...value.pairs].map((p) => sentences[p.sentence].home.block));
  const shift = (z, row) => { [z.row, z.moved] = [row, row !== z.home]; paint(z); };
  pairs.forEach((p) => shift(sentences[p.sentence], sentences[p.sentence].home));
  ({ rewrites, pairs } = value);
  texts = null; // search reads them anew
  rewrites.filter((r) => !r.count).forEach(showAdded);
  for (const r of rewrites.filter(({ count }) => count)) {
    const some = sentencesOf(r);
    const home = some.find((s) => s.zh && s.text === r.to) ?? some[0]; // Chinese that stays stands where it stood
    some.forEach((s) => { s.rewritten = r; s.node.hidden = s !== home; paint(s); });
    home.node.firstChild.data = r.to;
  }
  pairs.forEach((p) => shift(sentences[p.sentence], sentences[p.with].row));
  for (const { rows: own } of touched) {
    const all = own.flatMap((row) => row.zh).sort((a, b) => a.index - b.index);
    own.forEach((row) => { row.zh = all.filter((z) => z.row === row); placeChinese(row); });
  }
  showCount();
  later();
}

function placeChinese(row) {
  let side = row.node.querySelector("p:not([lang=en])");
  if (!side && row.zh.length) { side = make("p", { lang: data.zh }); row.node.querySelector("p").after(side); }
  side?.append(...row.zh.map((z) => z.node));
}

/** Chinese that the note does not have yet, in the row at which it was typed. */
function showAdded({ sentence, to }) {
  const s = sentences[sentence];
  const mark = make("em", { textContent: MARKS.edited, title: t("corrected"), lang: tongue });
  s.added = make("p", { lang: data.zh }, make("span", { className: "s edited", textContent: to }, " ", mark));
  s.row.node.querySelector("p").after(s.added);
}
const addedTo = (block) => rewrites.find((r) => !r.count && sentences[r.sentence].row.block === block);

const bySentence = (some) => some.sort((a, b) => a.sentence - b.sentence);
function rewriting(list, some, to) {
  const text = joined(some);
  const rest = list.filter((r) => !sentencesOf(r).some((s) => some.includes(s)));
  return tidy(to) === text ? rest : bySentence([...rest, { sentence: some[0].index, count: some.length, text, to: tidy(to) }]);
}

/** What sentences of one language read now, and all that were corrected together with them. */
const reading = (some) => some.flatMap((o) => (o.node.hidden ? [] : [o.rewritten?.to ?? o.text])).join(some[0]?.zh ? "" : " ");
const together = (some) => [...new Set(some.flatMap((o) => (o.rewritten ? sentencesOf(o.rewritten) : [o])))].sort((a, b) => a.index - b.index);

/** Rewrites with other Chinese for the row at hand. */
function rewritingChinese(list, to) {
  const { s, zh } = editing;
  const { block } = s.row;
  if (zh.length && to) return rewriting(list, zh, to);
  if (!zh.length && !to && !addedTo(block)) return list;
  const at = block.rows.indexOf(s.row);
  const others = (some) => some.flatMap((row) => row.zh).filter((z) => !zh.includes(z));
  const [above, below] = [others(block.rows.slice(0, at)).at(-1), others(block.rows.slice(at + 1))[0]];
  const beside = above ?? below;
  if (!beside && zh.length) return rewriting(list, zh, to);
  if (!beside) {
    const rest = list.filter((r) => r !== addedTo(block));
    return to ? bySentence([...rest, { sentence: s.index, count: 0, text: s.text, to }]) : rest;
  }
  // Where Chinese comes or goes, a sentence beside it is corrected together with it: they stand in one paragraph.
  const stays = reading(together([beside]));
  return rewriting(list, together([beside, ...zh]), above ? stays + to : to + stays);
}

function openEditor() {
  const s = subject();
  if (!s) return;
  editing = { s, en: together([s]), zh: together(s.row.zh.filter((z) => !z.node.hidden)) };
  $("en-text").value = reading(editing.en);
  $("zh-text").value = editing.zh.length ? reading(editing.zh) : addedTo(s.row.block)?.to ?? "";
  $("zh-text").lang = data.zh;
  $("editor").hidden = false;
  bring(s); // the panel is higher now
  $("en-text").focus({ preventScroll: true });
}

function closeEditor() {
  editing = null;
  $("editor").hidden = true;
  kept.drop(own("typed"));
  showCount();
}

/** What is being typed outlives the page: a phone throws away what it does not show. */
function keepTyped() {
  kept.write(own("typed"), { index: editing.en[0].index, text: joined(editing.en), en: $("en-text").value, zh: $("zh-text").value });
  $("export").disabled = $("applying").disabled = false; // they take it along
}

/** The editor as it was left; what belongs to no sentence any more is told as other corrections are. */
function openTyped() {
  const typed = kept.read(own("typed"), null);
  if (!typed) return;
  const some = saying(typed.text, typed.index);
  if (some) {
    choose(some[0]);
    setCorrecting(true);
    openEditor();
    editing.en = some; // the next one may have been joined
    [$("en-text").value, $("zh-text").value] = [typed.en, typed.zh];
    keepTyped();
    say(t("typed there"));
  } else {
    strays.push([typed.text, `${typed.en} ${typed.zh}`]);
    kept.drop(own("typed"));
    keepDraft({ done: false });
    tellStrays();
  }
}

/** What was typed is kept, too, where the reader goes on without saying so. */
function takeText() {
  if (!editing) return;
  if (!tidy($("en-text").value)) $("en-text").value = reading(editing.en); // it cannot become empty
  saveText({ focus: false });
}

function saveText({ focus = true } = {}) {
  if (!editing) return;
  const [en, zh] = [tidy($("en-text").value), tidy($("zh-text").value)];
  if (!en) { say(t("text empty")); $("en-text").focus(); return; }
  const after = rewritingChinese(rewriting(rewrites, editing.en, en), zh);
  const { s } = editing;
  closeEditor();
  if (focus) s.node.focus({ preventScroll: true });
  if (JSON.stringify(after) === JSON.stringify(rewrites)) return;
  commit([[wording, { rewrites: after, pairs }]]);
  say(t("text corrected"));
}

/** A full stop where the cursor is, and a capital behind it: that makes two sentences of one. */
function splitText() {
  const field = document.activeElement === $("zh-text") || splitText.last === $("zh-text") ? $("zh-text") : $("en-text");
  const [before, after] = [field.value.slice(0, field.selectionStart).trimEnd(), field.value.slice(field.selectionStart).trimStart()];
  if (!before || !after) { say(t("cursor inside")); field.focus(); return; }
  if (field === $("zh-text")) field.value = `${before.replace(/[，、；：,;:]$/, "").replace(/(?<![。！？!?])$/, "。")}${after}`;
  else field.value = `${before.replace(/[,;:–—-]\s*$/, "").trimEnd().replace(/(?<![.!?])$/, ".")} ${after[0].toUpperCase()}${after.slice(1)}`;
  field.focus();
  keepTyped();
}

/** The next sentence of the paragraph too, with a comma between the two. */
function joinText() {
  if (!editing) return;
  const all = editing.s.row.block.rows.flatMap((row) => row.en);
  const next = all[all.indexOf(editing.en.at(-1)) + 1];
  if (!next) { say(t("no next here")); return; }
  const more = next.rewritten ? sentencesOf(next.rewritten) : [next];
  const text = next.rewritten ? next.rewritten.to : next.text;
  const small = /^(I\b|[A-Z]{2})/.test(text) ? text : text[0].toLowerCase() + text.slice(1);
  editing.en.push(...more);
  $("en-text").value = `${$("en-text").value.trimEnd().replace(/[.!?]+$/, ",")} ${small}`;
  $("en-text").focus();
  keepTyped();
}

/** The Chinese at the edge of this row goes to the row above or below: order is kept, so only the edge can go. */
function moveChinese(by) {
  const s = subject();
  if (!s) return;
  const { block } = s.row;
  const z = s.row.zh.at(by < 0 ? 0 : -1);
  const next = block.rows[block.rows.indexOf(s.row) + by];
  if (!z || !next?.en.length) { say(t("nowhere to move")); return; }
  const open = editing !== null;
  takeText();
  const rest = pairs.filter((p) => p.sentence !== z.index);
  const before = data.edits.some((e) => e.action === "pair" && e.sentence === z.index);
  const after = next === z.home && !before ? rest : [...rest, { sentence: z.index, with: (by < 0 ? next.en.at(-1) : next.en[0]).index }];
  commit([[wording, { rewrites, pairs: after }]]);
  if (open) openEditor(); // it shows what is here now
  say(t("chinese moved"));
}

// --- kept, exported, applied ------------------------------------------------------------------------------------------

const BASE = JSON.stringify([data.note.sha256, data.edits]);

const known = []; // pairs that the result has: the rows show them already; they are exported again with the rest
let strays = []; // corrections of what the note does not say any more: [what it said, what it should be]
const same = (one, other) => JSON.stringify({ ...one, right: undefined }) === JSON.stringify({ ...other, right: undefined });

/** What differs from the result, with the words by which it is found in a note that has changed. */
function ownChanges() {
  const edits = english.filter((s) => !same(s.edit, s.given)).map((s) => [s.index, s.text, s.edit]);
  const moves = pairs.filter((p) => !known.some((k) => same(k, p))).map((p) => ({ ...p, text: sentences[p.sentence].text, with_text: sentences[p.with].text }));
  return { edits, rewrites, pairs: moves };
}

function keepDraft({ done }) {
  const fits = kept.write(own("draft"), { base: BASE, done, ...ownChanges(), strays });
  if (!fits && !done) tell("not kept", [t("not kept")]);
}

/** The sentences of one paragraph that say a text, those nearest to where it stood; null if none do. */
function saying(text, index) {
  let best = null;
  for (const block of blocks) {
    for (const side of [block.rows.flatMap((row) => row.en), block.rows.flatMap((row) => row.zh)]) {
      side.forEach((s, k) => {
        if (!text.startsWith(s.text)) return;
        let to = k + 1;
        while (to < side.length && joined(side.slice(k, to)).length < text.length) to += 1;
        const some = side.slice(k, to);
        if (joined(some) === text && (!best || Math.abs(s.index - index) < Math.abs(best[0].index - index))) best = some;
      });
    }
  }
  return best;
}

/** Show the result with a draft's corrections, wherever their sentences are now. What has no place is told, and kept. */
function takeDraft({ base = BASE, edits = [], rewrites: words = [], pairs: moves = [], strays: former = [] }) {
  const touched = new Set(english.filter((s) => s.edit || s.given));
  touched.forEach((s) => { s.edit = s.given; });
  const lost = [...former];
  const done = new Map(); // sentence that was rewritten -> where the note has the new text already
  const fitting = [];
  for (const r of words) {
    const far = (some) => (some ? Math.abs(some[0].index - r.sentence) : Infinity);
    const [old, now_] = [saying(r.text, r.sentence), base === BASE ? null : saying(r.to, r.sentence)];
    const free = old && (r.count ? !fitting.some((f) => f.count && f.sentence === old[0].index) : !old[0].row.block.rows.some((row) => row.zh.length));
    if (now_ && (!r.count || far(now_) <= far(old))) done.set(r, now_);
    else if (free) fitting.push({ ...r, sentence: old[0].index, count: r.count && old.length });
    else lost.push([r.text, r.to]);
  }
  for (const [index, text, change] of edits) {
    const [r, instead] = [...done].find(([o]) => o.text.includes(text) && o.sentence <= index && index < o.sentence + 2 * o.count) ?? [];
    const s = r?.sentence === index ? instead[0] : nearest(english, text, index);
    if (s) { s.edit = change; touched.add(s); }
    else if (change && !r) lost.push([text, change.action === "absent" ? t("marked not said") : [change.ms, change.end_ms].filter((ms) => ms !== undefined).map((ms) => clock(ms, 3)).join(" – ")]);
  }
  const moved = [];
  for (const p of moves) {
    const [z, en] = [nearest(sentences.filter((s) => s.zh), p.text, p.sentence), nearest(english, p.with_text, p.with)];
    if (z && en && z.row.block === en.row.block) moved.push({ sentence: z.index, with: en.index });
    else if (!z || !known.some((k) => k.sentence === z.index)) lost.push([p.text, p.with_text]);
  }
  setWording({ rewrites: fitting.sort((a, b) => a.sentence - b.sentence), pairs: [...known.filter((k) => !moved.some((m) => m.sentence === k.sentence)), ...moved] });
  settleAll([...touched]);
  strays = lost.filter((one, k) => lost.findIndex((other) => String(other) === String(one)) === k);
  tellStrays();
}

function tellStrays() {
  const lines = strays.map(([text, to]) => `${text} → ${to}`);
  const copying = make("button", { type: "button", textContent: t("copy"), onclick: () => copy(lines.join("\n"), t("copied")) });
  tell("strays", lines.length ? [t("draft lost", lines.length), ...lines] : [], copying, () => { strays = []; keepDraft({ done: false }); });
}

/** What was corrected before this page was opened: in the result itself, and in this browser since. */
function loadDraft() {
  for (const { sentence, ...change } of data.edits) {
    if (!sentences[sentence]) continue;
    if (change.action === "pair") known.push({ sentence, with: change.with });
    else sentences[sentence].given = change;
  }
  const draft = kept.read(own("draft"), {});
  takeDraft(draft.base === BASE || !draft.done ? draft : { strays: draft.strays });
  const { edits, rewrites: words, pairs: moves } = ownChanges();
  const count = edits.length + words.length + moves.length;
  if (draft.base && draft.base !== BASE) {
    if (count + strays.length) keepDraft({ done: !count });
    else kept.drop(own("draft"));
  }
  if (count && !(draft.done && draft.base === BASE)) say(t("draft there", count));
}

// Another tab has corrected: this one has it too, or the two would overwrite each other.
addEventListener("storage", (event) => {
  if (event.key !== `subsync:${own("draft")}`) return;
  takeDraft(JSON.parse(event.newValue) ?? {});
  past.length = future.length = 0; // steps from a state that is no more
  showCount();
});

function editsText() {
  const times = english.filter((s) => s.edit).map((s) => {
    const { right, ...change } = s.edit;
    return { sentence: s.index, text: s.text, ...change };
  });
  const texts = rewrites.map((r) => ({ sentence: r.sentence, count: r.count, action: "text", text: r.text, to: r.to }));
  const moves = pairs.map((p) => ({ sentence: p.sentence, action: "pair", text: sentences[p.sentence].text, with: p.with, with_text: sentences[p.with].text }));
  const edits = [...times, ...texts, ...moves].sort((a, b) => a.sentence - b.sentence);
  return JSON.stringify({ schema_version: 1, note: data.note, edits }, null, 1) + "\n";
}

const quoted = (name) => (/^[\w./@%+=:,-]+$/.test(name) && !name.startsWith("-") ? name : `'${name.replace(/'/g, "'\\''")}'`);

function exportEdits() {
  takeText();
  const name = `${data.stem}.edits.json`;
  save(name, "application/json", editsText());
  keepDraft({ done: true });
  const place = served ? document.documentElement.dataset.place : location.href;
  const local = place && data.at; // it is run where the browser saves, which is elsewhere
  const path = (to) => decodeURIComponent(new URL(to, place).pathname).replace(/^\/(?=[a-z]:)/i, "").replace(/(?<=.)\/$/, "");
  const [note, output] = local ? [path(data.at), ` -o ${quoted(path(".."))}`] : [data.note.path, ""];
  const line = `subsync apply ${quoted(note)} ${quoted(name)}${output}${wordings() ? " --write" : ""}`;
  const copying = make("button", { type: "button", textContent: t("copy"), onclick: () => copy(line, t("copied")) });
  tell("exported", [make("span", {}, t("exported", name), " ", make("code", { textContent: line }))], copying);
}

/** Where our own server serves the page it can be told at once; then the page is another one. */
async function applyNow() {
  takeText();
  $("applying").disabled = true;
  say(t("applying"));
  try {
    const headers = { "Content-Type": "application/json", "If-Match": `"${document.documentElement.dataset.made}"` };
    const answer = await fetch("apply", { method: "POST", headers, body: editsText() });
    const told = await answer.json();
    if (answer.status === 412) throw new Error(t("result changed"));
    if (!answer.ok) throw new Error([told.error, told.remedy].filter(Boolean).join(" "));
    if (told.refused?.length) { kept.write(own("told"), told.refused); keepDraft({ done: false }); } // what was refused is there again
    else if (strays.length) keepDraft({ done: true });
    else kept.drop(own("draft"));
    location.reload();
  } catch (error) {
    $("applying").disabled = false;
    tell("not applied", [t("not applied", error.message)]);
  }
}

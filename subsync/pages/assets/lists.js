// What is shown of the transcript, the lists beside it, and the looks of a sentence.

const isDoubtful = (s) => !s.zh && s.start !== null && !s.edit && s.confidence < DOUBT;

function kindOf(s) {
  if (s.edit) return s.edit.action === "absent" ? "edited absent" : s.edit.right ? "edited right" : "edited";
  if (s.rewritten || s.moved) return "edited";
  if (s.status === "absent") return "absent";
  if (s.status === "interpolated") return "interpolated";
  return isDoubtful(s) ? "doubtful" : "";
}

const MARKS = { edited: "✎", "edited right": "✓", "edited absent": "✎", interpolated: "≈", doubtful: "?" };
const NOT_SAID = new Set(["absent", "edited absent"]);
const MEANINGS = { edited: "corrected", "edited absent": "corrected", "edited right": "confirmed", interpolated: "time guessed", doubtful: "doubtful" };

/** Give a sentence the look of its state. */
function paint(s) {
  const kind = kindOf(s);
  s.node.className = `s ${kind}${s === chosen ? " chosen" : ""}${lit.includes(s) ? " now" : ""}${hits.includes(s) ? " hit" : ""}`;
  while (s.mark && s.node.lastChild !== s.node.firstChild) s.node.lastChild.remove(); // it and the space before it
  s.mark = null;
  if (!kind || (s.zh && kind !== "edited")) return;
  const sure = kind === "doubtful" || kind === "interpolated" ? ` ${s.confidence} %` : NOT_SAID.has(kind) ? ` ${t("not said")}` : "";
  s.mark = make("em", { textContent: `${MARKS[kind] ?? ""}${sure}`.trim(), lang: tongue });
  if (MEANINGS[kind]) s.mark.title = t(MEANINGS[kind]);
  s.node.append(" ", s.mark);
}

const FILTERS = {
  all: ["everything", () => true],
  doubtful: ["doubtful ones", isDoubtful],
  interpolated: ["guessed ones", (s) => !s.zh && s.status === "interpolated"],
  absent: ["not in recording", (s) => !s.zh && s.start === null],
  edited: ["corrected ones", (s) => s.edit !== null || Boolean(s.rewritten || s.moved || s.added)], // of both languages
};

function nameFilters() {
  if (!$("filter").length) $("filter").append(...Object.keys(FILTERS).map((value) => make("option", { value })));
  for (const option of $("filter").options) { // in place: the list may be open
    const [key, test] = FILTERS[option.value];
    option.textContent = t(key) + (option.value === "all" ? "" : ` (${sentences.filter(test).length})`);
  }
}

function filter() {
  const [, test] = FILTERS[$("filter").value];
  const all = $("filter").value === "all";
  const moved = new Set($("filter").value === "edited" ? pairs.map((p) => sentences[p.sentence].home) : []); // where Chinese came from
  let count = 0;
  for (const row of rows) {
    row.shown = all || row.en.some(test) || row.zh.some(test) || moved.has(row);
    row.node.hidden = !row.shown;
    count += row.shown;
  }
  gaps.forEach((gap) => { gap.node.hidden = !all; });
  headings.forEach((heading) => { heading.node.hidden = !all && !heading.rows.some((row) => row.shown); });
  $("nothing").hidden = count > 0;
  layOut();
  if (!all) scrollTo({ top: Math.min(scrollY, $("transcript").offsetTop), behavior: "instant" });
  say(all ? t("all shown") : t("rows shown", count));
}

function show(name) {
  $("filter").value = name;
  filter();
}
const showAll = () => show("all");

function list(id, title, entries) {
  const [summary, ol] = $(id).querySelectorAll("summary, ol");
  summary.textContent = `${title} (${entries.length})`;
  ol.replaceChildren(...entries.map(({ time, text, lang, go }) => {
    const button = make("button", { type: "button", onclick: go }, make("time", { textContent: time }), make("span", { textContent: text, lang }));
    return make("li", {}, button);
  }));
}

function lists() {
  list("contents", t("sections"), data.sections.map(([text, , , start, approximate], index) => ({
    time: sectionTime(start, approximate), text, lang: langOf(text),
    go: () => { $(`h${index}`).scrollIntoView({ block: "center" }); if (start !== null) jump(start, null, { sounding: playing() }); },
  })));
  list("absent", t("not in recording"), english.filter((s) => s.start === null).map((s) => ({
    time: "–", text: s.text.slice(0, 120), lang: "en", go: () => { if (!s.row.shown) showAll(); choose(s); },
  })));
  list("unwritten", t("not in note"), gaps.map((gap) => ({
    time: clock(gap.start), text: t(gap.kind === "speech" ? "speech for" : "sound for", Math.round((gap.end - gap.start) / 1000)), lang: tongue,
    go: () => { if (gap.node.hidden) showAll(); stopFollowing(); gap.node.scrollIntoView({ block: "center" }); jump(gap.start); },
  })));
  const placed = english.filter((s) => s.start !== null).length;
  const doubtful = english.filter(isDoubtful).length;
  $("facts").textContent = `${t("review facts", placed, english.length, clock(data.duration), doubtful)} · ${data.note.path}`;
  $("next").disabled = !doubtful;
}

// All notes of a garden: what there is, and where something is said, in either language.

const MOST_SHOWN = 200; // hits; who gets more has to ask more closely

let spokenIn = null; // per note its rows: [English, Chinese, sentence, folded text]; unpacked when first searched

async function unpacked() {
  if (spokenIn) return spokenIn;
  const bytes = Uint8Array.from(atob(data.texts), (c) => c.charCodeAt(0));
  const text = await new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"))).text();
  spokenIn = JSON.parse(text).map((rows) => rows.map(([en, zh, sentence]) => ({ en, zh, sentence, text: folded(`${en}\n${zh}`) })));
  return spokenIn;
}

const noteLink = (note, hash) => make("a", { href: note.page + hash });

function noteItem(note) {
  const title = noteLink(note, "");
  title.textContent = note.title;
  title.lang = isChinese(note.title) ? note.zh : "en";
  const facts = make("p", { className: "facts", textContent: t("note facts", clock(note.duration), note.placed, note.sentences, note.sure) });
  const sections = make("ol", { className: "sections" }, ...note.sections.map(([heading, start]) => {
    const link = noteLink(note, start === null ? "" : `#t=${Math.floor(start / 1000)}`);
    link.append(make("time", { textContent: start === null ? "–" : clock(start) }), make("span", { textContent: heading || t("no heading"), lang: isChinese(heading) ? note.zh : "en" }));
    return make("li", {}, link);
  }));
  const more = make("details", {}, make("summary", { textContent: `${t("sections")} (${note.sections.length})` }), sections);
  return make("li", {}, make("h2", {}, title), facts, ...(note.sections.length ? [more] : []));
}

function hitItem(note, row) {
  const link = noteLink(note, row.sentence === null ? "" : `#s=${row.sentence}`);
  link.append(make("span", { className: "of", textContent: note.title, lang: isChinese(note.title) ? note.zh : "en" }));
  if (row.en) link.append(make("span", { textContent: row.en, lang: "en" }));
  if (row.zh) link.append(make("span", { textContent: row.zh, lang: note.zh }));
  return make("li", {}, link);
}

let asked = 0;
async function searchAll() {
  const turn = ++asked;
  const wanted = terms($("search").value);
  const texts = wanted.length ? await unpacked() : [];
  if (turn !== asked) return; // typed on meanwhile
  const whole = folded($("search").value).trim();
  const having = (test) => texts.flatMap((rows, k) => rows.filter(test).map((row) => [data.notes[k], row]));
  const exact = having((row) => row.text.includes(whole));
  const hits = exact.length ? exact : having((row) => wanted.every((term) => row.text.includes(term)));
  $("hits").replaceChildren(...hits.slice(0, MOST_SHOWN).map(([note, row]) => hitItem(note, row)));
  $("hits").hidden = !wanted.length;
  $("notes").hidden = Boolean(wanted.length);
  $("found").textContent = !wanted.length ? "" : hits.length > MOST_SHOWN ? t("found many", hits.length, MOST_SHOWN) : t("found", hits.length);
}

function speakIndex() {
  document.title = t("garden");
  $("facts").textContent = t("garden facts", data.notes.length, clock(data.notes.reduce((sum, note) => sum + note.duration, 0)));
  $("notes").replaceChildren(...data.notes.map(noteItem));
  if ($("search").value) searchAll();
}

resize(0);
listenToTongue(speakIndex);
$("search").addEventListener("input", (event) => { if (!event.isComposing) searchAll(); });
$("search").addEventListener("compositionend", searchAll);
addEventListener("keydown", (event) => {
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || composing(event) || event.target.matches("input, select")) return;
  event.preventDefault();
  $("search").focus();
});

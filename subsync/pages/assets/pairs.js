// Words that render each other, lit up in both languages: under the pointer, at a tap, and while they are said.

const paired = window.Highlight && CSS.highlights ? new Highlight() : null; // paints ranges: the text stays one piece
if (paired) CSS.highlights.set("pair", paired);
const renders = new Map(); // Chinese sentence -> [its start, its end, English sentence, word]
for (const [en, flat] of Object.entries(data.links)) {
  for (let k = 0; k < flat.length; k += 4) {
    const [word, zh, start, end] = flat.slice(k, k + 4);
    renders.set(zh, [...(renders.get(zh) ?? []), [start, end, Number(en), word]]);
  }
}

/** A part of a sentence; null where its text is not what was linked. */
function rangeOf(s, start, end) {
  const node = s?.node?.firstChild;
  if (node?.nodeType !== Node.TEXT_NODE || node.data !== data.sentences[s.index][1]) return null;
  const range = new Range();
  range.setStart(node, start);
  range.setEnd(node, end);
  return range;
}

function wordRange(s, word) {
  const found = [...s.text.matchAll(/\S+/g)][word];
  return found ? rangeOf(s, found.index, found.index + found[0].length) : null;
}

/** What renders an English word: ranges of both languages, none where nothing is linked to it. */
function rangesOfWord(s, word) {
  const flat = data.links[s.index] ?? [];
  const ranges = [];
  for (let k = 0; k < flat.length; k += 4) if (flat[k] === word) ranges.push(rangeOf(sentences[flat[k + 1]], flat[k + 2], flat[k + 3]));
  return ranges.length ? [wordRange(s, word), ...ranges].filter(Boolean) : [];
}

function rangesAt(s, offset) {
  if (!s.zh) return rangesOfWord(s, (s.text.slice(0, offset).match(/\s+/g) ?? []).length);
  const mine = (renders.get(s.index) ?? []).filter(([start, end]) => start <= offset && offset < end);
  return mine.flatMap(([, , en, word]) => rangesOfWord(sentences[en], word));
}

function lightPair(ranges) {
  paired.clear();
  ranges.forEach((range) => paired.add(range));
}

/** The letter under the pointer: the caret is put before or behind it, whichever is nearer. */
function letterAt(event) {
  const s = event.target.closest?.(".s")?.sentence;
  const caret = document.caretPositionFromPoint?.(event.clientX, event.clientY);
  const found = caret ? [caret.offsetNode, caret.offset] : (({ startContainer: n, startOffset: o }) => [n, o])(document.caretRangeFromPoint?.(event.clientX, event.clientY) ?? {});
  if (!s || found[0] !== s.node.firstChild) return null;
  for (const offset of [found[1] - 1, found[1]]) {
    const box = offset >= 0 && offset < s.text.length && rangeOf(s, offset, offset + 1)?.getBoundingClientRect();
    if (box && box.left <= event.clientX && event.clientX < box.right) return [s, offset];
  }
  return null;
}

function watchPairs() {
  if (!paired) return;
  let waiting = null;
  const point = (event) => {
    waiting ??= requestAnimationFrame(() => { waiting = null; const at = letterAt(point.last); lightPair(at ? rangesAt(...at) : []); });
    point.last = event;
  };
  $("transcript").addEventListener("pointermove", point);
  $("transcript").addEventListener("pointerdown", point);
  $("transcript").addEventListener("pointerleave", (event) => { if (event.pointerType === "mouse") lightPair([]); });
}

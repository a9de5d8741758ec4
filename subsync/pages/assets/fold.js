// Text as searches compare it.

const VARIANTS = new Map(data.variants); // traditional character -> simplified one, of those in the note

/** Text as it is compared: case, width, quotes, hyphens and the two kinds of Chinese characters make no difference. */
function folded(text) {
  const plain = text.normalize("NFKC").toLowerCase().replace(/[\u2018\u2019\u201b\u02bc`´]/g, "'").replace(/[\u201c-\u201f\u300c-\u300f]/g, '"')
    .replace(/[\u2010-\u2015\u2212_-]+/g, " ").replace(/\s+/g, " ");
  return VARIANTS.size ? [...plain].map((c) => VARIANTS.get(c) ?? c).join("") : plain;
}

/** The parts of a query: one for each script, all of which a row must have. "tide 潮汐" finds rows with both. */
function terms(query) {
  return folded(query).trim().match(/[\p{Script=Han}\u3000-\u303f\uff00-\uffef]+|[^\p{Script=Han}\u3000-\u303f\uff00-\uffef]+/gu)?.map((part) => part.trim()).filter(Boolean) ?? [];
}

const composing = (event) => event.isComposing || event.keyCode === 229;

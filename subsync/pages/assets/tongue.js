// The pages speak English, 简体中文 or 繁體中文: as the browser asks for, or as the reader chooses.

const TONGUES = { en: "English", "zh-Hans": "简体中文", "zh-Hant": "繁體中文" };

function wantedTongue() {
  const chosen = kept.read("tongue", null);
  if (chosen in TONGUES) return chosen;
  for (const tag of navigator.languages ?? [navigator.language]) {
    if (/^zh\b/i.test(tag)) return /hant|-(tw|hk|mo)\b/i.test(tag) ? "zh-Hant" : "zh-Hans";
    if (/^en\b/i.test(tag)) return "en";
  }
  return "en";
}

let tongue = wantedTongue();

/** A text of the page, with what belongs into its {0}, {1}, … */
function t(key, ...parts) {
  const entry = TEXTS[key] ?? [key, key, key];
  return entry[Object.keys(TONGUES).indexOf(tongue)].replace(/\{(\d)(?::(\w+)\|(\w+))?\}/g, (_, k, one, many) => (one ? (parts[k] === 1 ? one : many) : parts[k]));
}

const SETTERS = { t: "textContent", label: "ariaLabel", hint: "placeholder", title: "title" };

function translate() {
  document.documentElement.lang = tongue;
  for (const [name, property] of Object.entries(SETTERS)) {
    document.querySelectorAll(`[data-${name}]`).forEach((node) => { node[property] = t(node.dataset[name]); });
  }
}

/** Translate now, and whenever the reader chooses another language; `again` writes what the script has written. */
function listenToTongue(again) {
  $("tongue").replaceChildren(...Object.entries(TONGUES).map(([value, name]) => make("option", { value, textContent: name, lang: value, selected: value === tongue })));
  $("tongue").onchange = () => {
    tongue = $("tongue").value;
    kept.write("tongue", tongue);
    translate();
    again();
  };
  translate();
  again();
}

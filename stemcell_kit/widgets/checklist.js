// The page of a checklist. It asks Python to save and shows what Python answers.

const PATIENCE_MS = 8000;
const CHOICES = ["0", "1", "2", "3", "n/a"];
const FIELDS = ["evidence", "owner", "due", "note"];
const RATINGS = ["occurrence", "detectability"];
let pages = 0;

function make(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== false && value !== undefined) node.setAttribute(name, value);
  }
  node.append(...children);
  return node;
}

// JupyterLab's single-key commands would otherwise take the arrow keys away from the radios and
// Enter from the buttons. It looks for this mark on the focused element itself.
function keepKeys(node) {
  node.addEventListener("focusin", ({ target }) => {
    if (!target.matches("input[type=text], textarea")) {
      target.setAttribute("data-lm-suppress-shortcuts", "true");
    }
  });
}

// --- talking to Python ----------------------------------------------------------------------

// counts on over all views and reloads, so that Python can tell a late message from a new one
let serial = Date.now();

function courier(model) {
  const waiting = new Map();
  const receive = (message) => {
    waiting.get(message.serial)?.(message);
    waiting.delete(message.serial);
  };
  model.on("msg:custom", receive);
  const ask = (request, onAnswer) => {
    serial += 1;
    const mine = serial;
    const silence = setTimeout(
      () => onAnswer({ ok: false, message: model.get("words")["no-kernel"] }),
      PATIENCE_MS,
    );
    waiting.set(mine, (message) => {
      clearTimeout(silence);
      onAnswer(message);
    });
    try {
      model.send({ ...request, serial: mine });
    } catch {
      receive({ serial: mine, ok: false, message: model.get("words")["no-kernel"] });
    }
  };
  return { ask, stop: () => model.off("msg:custom", receive) };
}

function report(status, answer) {
  status.textContent = answer.message;
  status.classList.toggle("refused", !answer.ok);
}

// --- header: laboratory, three figures, export -----------------------------------------------

function header(model, ask, name) {
  const words = model.get("words");
  const status = make("p", { class: "status", role: "status" });
  const laboratory = make("input", { id: `${name}-laboratory`, type: "text", autocomplete: "off" });
  laboratory.value = model.get("state").laboratory;
  laboratory.addEventListener("change", () =>
    ask({ do: "laboratory", name: laboratory.value }, (answer) => report(status, answer)),
  );
  const figures = make("dl", { class: "figures" });
  const button = make("button", { type: "button", class: "primary" }, words.export);
  button.addEventListener("click", () =>
    ask({ do: "export" }, (answer) => {
      report(status, answer);
      if (answer.html) status.append(" ", reportLink(answer.html, words["open-report"]));
    }),
  );
  const node = make(
    "div",
    { class: "head" },
    make("h2", {}, model.get("title")),
    make(
      "div",
      { class: "tools" },
      make(
        "div",
        { class: "field" },
        make("label", { for: laboratory.id }, words.laboratory),
        laboratory,
      ),
      button,
    ),
    status,
    figures,
  );
  const refresh = () => {
    const state = model.get("state");
    figures.replaceChildren(
      ...["risk", "score", "coverage", "criticals"].map((key) =>
        make(
          "div",
          { class: key === "criticals" && state.criticals[0] !== "0" ? "alarm" : false },
          make("dt", {}, words[key]),
          make("dd", { class: "figure" }, state[key][0]),
          make("dd", {}, state[key][1]),
        ),
      ),
    );
  };
  return { node, refresh };
}

function reportLink(html, label) {
  const page = URL.createObjectURL(new Blob([html], { type: "text/html;charset=utf-8" }));
  return make("a", { href: page, target: "_blank" }, label);
}

// --- topics -----------------------------------------------------------------------------------

function topicList(model, name, onChoice) {
  const words = model.get("words");
  const buttons = model.get("topics").map((topic) => {
    const button = make("button", { type: "button" });
    button.addEventListener("click", () => onChoice(topic.id));
    return { topic, button };
  });
  const list = make("ul", {}, ...buttons.map(({ button }) => make("li", {}, button)));
  const node = make("nav", { "aria-label": words.topics }, list);
  const refresh = (current) => {
    for (const { topic, button } of buttons) {
      const state = model.get("state").topics[topic.id];
      if (topic.id === current) button.setAttribute("aria-current", "true");
      else button.removeAttribute("aria-current");
      button.classList.toggle("complete", state.complete);
      button.replaceChildren(
        make("span", {}, topic.title),
        make("span", { class: "count", "aria-hidden": "true" }, state.count),
        make("span", { class: "spoken" }, `, ${state.spoken}`),
      );
    }
  };
  return { node, refresh };
}

// --- one requirement ---------------------------------------------------------------------------

function card(model, ask, item, name) {
  const words = model.get("words");
  const saved = () => model.get("state").answers[item.id];
  const status = make("p", { class: "status", role: "status" });
  const undo = make("button", { type: "button", class: "quiet" }, words.clear);
  const reason = writing("textarea", "reason", words, name, saved().reason);
  const inputs = FIELDS.map((key) =>
    writing(key === "note" ? "textarea" : "input", key, words, name, saved()[key]),
  );
  const ratings = RATINGS.map((key) =>
    rating(key, words, name, saved()[key], model.get("ratings")),
  );
  const radios = CHOICES.map((choice) => make("input", { type: "radio", name, value: choice }));

  const save = (fields, field) => {
    status.textContent = words.saving;
    status.classList.remove("refused");
    ask({ do: "answer", id: item.id, fields }, (answer) => {
      const short = { ok: false, message: words["not-saved"] };
      report(status, answer.ok || !field ? answer : short);
      if (field) mark(field, answer);
    });
  };
  const showReason = () => {
    reason.node.hidden = !radios[4].checked;
    undo.hidden = !radios.some((radio) => radio.checked);
  };
  for (const radio of radios) {
    radio.checked = saved().choice === radio.value;
    radio.addEventListener("change", () => {
      showReason();
      if (radio.value === "n/a") save({ score: "n/a", reason: reason.input.value }, reason);
      else save({ score: Number(radio.value) });
    });
  }
  reason.input.addEventListener("change", () =>
    save({ score: "n/a", reason: reason.input.value }, reason),
  );
  for (const field of inputs) {
    field.input.addEventListener("change", () =>
      save({ [field.key]: field.input.value }, field),
    );
  }
  for (const field of ratings) {
    field.input.addEventListener("change", () =>
      save({ [field.key]: Number(field.input.value) }, field),
    );
  }
  undo.addEventListener("click", () =>
    ask({ do: "clear", id: item.id }, (answer) => {
      report(status, answer);
      if (!answer.ok) return;
      for (const radio of radios) radio.checked = false;
      showReason();
      radios[0].focus();
    }),
  );
  showReason();

  const choices = radios.map((radio, place) =>
    make(
      "label",
      {},
      radio,
      make("b", {}, place < 4 ? radio.value : "n/a"),
      make("span", {}, words[place < 4 ? `choice-${place}` : "choice-na"]),
    ),
  );
  const more = make(
    "details",
    { class: "plan" },
    make("summary", {}, words.details),
    make("div", { class: "fields" }, ...[...inputs, ...ratings].map((field) => field.node)),
  );
  more.open = [...FIELDS, ...RATINGS].some((key) => saved()[key]);
  return make(
    "li",
    { class: `card ${item.severity}` },
    make(
      "fieldset",
      {},
      make(
        "legend",
        {},
        make(
          "span",
          { class: "tags" },
          make("span", { class: "badge" }, words[`severity-${item.severity}`]),
          make("span", { class: "code" }, item.code),
          make("span", { class: "code" }, item.clause),
        ),
        make("span", { class: "statement" }, item.statement),
      ),
      make("div", { class: "choices", role: "radiogroup", "aria-label": words.scale }, ...choices),
      reason.node,
    ),
    make("div", { class: "below" }, status, undo),
    fold(words["evidence-expected"], make("p", {}, item.evidence)),
    fold(
      words.criterion,
      make("p", {}, item.criterion),
      make("p", { class: "soft" }, item.provenance),
    ),
    fold(words.failure, make("p", {}, item.failure)),
    fold(words.sources, make("ul", {}, ...item.sources.map(sourceLine))),
    more,
  );
}

function writing(tag, key, words, name, value) {
  const id = `${name}-${key}`;
  const input = make(tag, {
    id,
    type: tag === "input" && "text",
    rows: tag === "textarea" && "2",
    autocomplete: "off",
    dir: "auto",
  });
  return labelled(key, input, words, value);
}

// 0 stands for "not rated": an empty choice would not tell Python to take a rating back
function rating(key, words, name, value, steps) {
  const options = [["0", words.unrated], ...steps.map((step) => [step, step])];
  const input = make(
    "select",
    { id: `${name}-${key}` },
    ...options.map(([step, label]) => make("option", { value: step }, label)),
  );
  return labelled(key, input, words, value || "0");
}

function labelled(key, input, words, value) {
  const id = input.id;
  input.value = value;
  const refusal = make("p", { class: "refused", id: `${id}-refusal` });
  const parts = [make("label", { for: id }, words[key]), input, refusal];
  input.setAttribute("aria-describedby", refusal.id);
  if (words[`${key}-hint`]) {
    input.setAttribute("aria-describedby", `${refusal.id} ${id}-hint`);
    parts.push(make("p", { class: "hint", id: `${id}-hint` }, words[`${key}-hint`]));
  }
  return { key, input, refusal, node: make("div", { class: `field ${key}` }, ...parts) };
}

function mark({ input, refusal }, { ok, message }) {
  if (ok) input.removeAttribute("aria-invalid");
  else input.setAttribute("aria-invalid", "true");
  refusal.textContent = ok ? "" : message;
}

function fold(label, ...content) {
  return make("details", {}, make("summary", {}, label), ...content);
}

function sourceLine(source) {
  const link = /^https?:\/\//.test(source.where)
    ? make("a", { href: source.where, target: "_blank", rel: "noreferrer" }, source.where)
    : source.where;
  return make("li", {}, `${source.title}. `, link);
}

// --- the whole ----------------------------------------------------------------------------------

function render({ model, el }) {
  const words = model.get("words");
  const topics = model.get("topics");
  const { ask, stop } = courier(model);
  pages += 1;
  const name = `stemcell-checklist-${pages}`;
  let current = topics[0].id;

  const page = make("section", { "aria-labelledby": `${name}-topic` });
  const head = header(model, ask, name);
  const list = topicList(model, name, (topic) => show(topic, true));

  function show(topic, moved) {
    current = topic;
    const place = topics.findIndex(({ id }) => id === topic);
    const title = make("h3", { id: `${name}-topic`, tabindex: "-1" }, topics[place].title);
    const items = model.get("items").filter((item) => item.topic === topic);
    const cards = items.map((item) => card(model, ask, item, `${name}-${item.code}`));
    const steps = [
      [topics[place - 1], words["previous-topic"]],
      [topics[place + 1], words["next-topic"]],
    ].map(([next, label]) => {
      if (!next) return "";
      const button = make("button", { type: "button" }, `${label}: ${next.title}`);
      button.addEventListener("click", () => show(next.id, true));
      return button;
    });
    page.replaceChildren(
      title,
      make("ol", { class: "cards" }, ...cards),
      make("div", { class: "steps" }, ...steps),
    );
    list.refresh(current);
    if (moved) {
      title.focus({ preventScroll: true });
      title.scrollIntoView({ block: "nearest" });
    }
  }
  const refresh = () => {
    head.refresh();
    list.refresh(current);
  };

  const node = make(
    "div",
    { class: "stemcell-checklist" },
    head.node,
    make("div", { class: "body" }, topics.length > 1 ? list.node : "", page),
  );
  keepKeys(node);
  model.on("change:state", refresh);
  show(current, false);
  refresh();
  el.append(node);
  return () => {
    model.off("change:state", refresh);
    stop();
  };
}

export default { render };

// One statement: state, reason, evidence, plan.

const CHOICES = ["0", "1", "2", "3", "n/a"];
const FIELDS = ["evidence", "owner", "due", "note"];
const RATINGS = ["occurrence", "detectability"];

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
    attachments(ask, item, name, words, saved),
  );
  more.open = [...FIELDS, ...RATINGS].some((key) => saved()[key]) || saved().attached.length > 0;
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

// Files by name and digest; the page asks Python to read a file, for a browser may not.
function attachments(ask, item, name, words, saved) {
  const id = `${name}-file`;
  const path = make("input", { id, type: "text", autocomplete: "off", spellcheck: "false" });
  const status = make("p", { class: "status", role: "status" });
  const list = make("ul", { class: "attached" });
  const refresh = () =>
    list.replaceChildren(
      ...saved().attached.map((one) => {
        const gone = make("button", { type: "button", class: "quiet" }, words.withdraw);
        gone.setAttribute("aria-label", `${words.withdraw}: ${one.text}`);
        gone.addEventListener("click", () =>
          ask({ do: "withdraw", id: item.id, number: one.number }, done),
        );
        return make("li", {}, make("span", { dir: "auto" }, one.text), " ", gone);
      }),
    );
  const done = (answer) => {
    report(status, answer);
    if (!answer.ok) return;
    path.value = "";
    // the new state comes before the answer
    refresh();
  };
  const button = make("button", { type: "button" }, words.attach);
  button.addEventListener("click", () =>
    ask({ do: "attach", id: item.id, path: path.value }, done),
  );
  refresh();
  return make(
    "div",
    { class: "attach field" },
    make("label", { for: id }, words.file),
    make("div", { class: "line" }, path, button),
    make("p", { class: "hint" }, words["file-hint"]),
    status,
    list,
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

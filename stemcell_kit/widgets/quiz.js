// A quiz question: one option, several, an order or pairs; every option says what is to be said.

const FORMS = {
  single: (model, name) => choices(model, name, "radio"),
  multiple: (model, name) => choices(model, name, "checkbox"),
  order: (model) => order(model),
  match: (model) => pairs(model),
};

// Each form gives its list, the answer as it stands, and a way to lay an answer into it.

function choices(model, name, type) {
  const inputs = model
    .get("options")
    .map((_, place) => make("input", { type, name, value: String(place) }));
  const rows = inputs.map((input, place) =>
    make("label", {}, input, make("span", { class: "words" }, model.get("options")[place])),
  );
  return {
    list: make("div", { class: "choices" }, ...rows),
    rows,
    controls: inputs,
    answer: () => inputs.flatMap((input, place) => (input.checked ? [place] : [])),
    lay: (given) => inputs.forEach((input, place) => (input.checked = given.includes(place))),
  };
}

function pairs(model) {
  const selects = model.get("options").map((words) =>
    make(
      "select",
      { "aria-label": words },
      make("option", { value: "" }, model.get("words").pick),
      ...model
        .get("partners")
        .map((partner, place) => make("option", { value: String(place) }, partner)),
    ),
  );
  const rows = selects.map((select, place) =>
    make("div", {}, make("span", { class: "words" }, model.get("options")[place]), select),
  );
  return {
    list: make("div", { class: "choices" }, ...rows),
    rows,
    controls: selects,
    answer: () => selects.flatMap((select) => (select.value === "" ? [] : [Number(select.value)])),
    lay: (given) => selects.forEach((select, place) => (select.value = String(given[place]))),
  };
}

function order(model) {
  const words = model.get("words");
  const list = make("ol", { class: "choices" });
  const controls = [];
  const rows = model.get("options").map((text, place) => {
    const move = (label, step, sign) => {
      const button = make("button", { type: "button", "aria-label": `${label}: ${text}` }, sign);
      button.addEventListener("click", () => {
        const here = sequence.indexOf(place);
        const there = here + step;
        if (there < 0 || there >= sequence.length) return;
        [sequence[here], sequence[there]] = [sequence[there], sequence[here]];
        draw();
        button.focus();
      });
      controls.push(button);
      return button;
    };
    return make(
      "li",
      {},
      make("span", { class: "words" }, text),
      make("span", { class: "moves" }, move(words.up, -1, "↑"), move(words.down, 1, "↓")),
    );
  });
  let sequence = rows.map((_, place) => place);
  const draw = () => list.replaceChildren(...sequence.map((place) => rows[place]));
  draw();
  return {
    list,
    rows,
    controls,
    answer: () => [...sequence],
    lay: (given) => {
      sequence = [...given];
      draw();
    },
  };
}

function render({ model, el }) {
  const words = model.get("words");
  const form = FORMS[model.get("kind")](model, uniqueName("quiz"));
  const feedback = form.rows.map(() => make("p", { class: "feedback" }));
  form.rows.forEach((row, place) => row.append(feedback[place]));
  const verdict = make("div", { class: "verdict", role: "status" });
  const commit = make("button", { type: "button", class: "primary" }, words.commit);
  const again = make("button", { type: "button" }, words.again);
  const { ask, stop } = courier(model);

  const complain = (message) => {
    verdict.replaceChildren(make("p", { class: "refused" }, message));
  };
  const settle = (settled) => {
    for (const control of form.controls) control.disabled = settled;
    commit.hidden = settled;
    again.hidden = !settled;
  };
  const clear = () => {
    for (const row of form.rows) row.classList.remove("holds", "misses");
    for (const line of feedback) line.replaceChildren();
    verdict.replaceChildren();
  };
  const show = () => {
    const outcome = model.get("verdict");
    clear();
    settle("answer" in outcome);
    if (!("answer" in outcome)) return;
    form.lay(outcome.answer);
    outcome.marks.forEach((right, place) => {
      form.rows[place].classList.add(right ? "holds" : "misses");
      const lead = outcome.solutions[place];
      feedback[place].replaceChildren(...(lead ? [make("b", {}, `${lead} `)] : []), outcome.feedback[place]);
    });
    verdict.replaceChildren(
      make(
        "p",
        { class: outcome.whole ? "headline right" : "headline wrong" },
        make("span", { "aria-hidden": "true" }, outcome.whole ? "✓" : "↻"),
        outcome.headline,
      ),
    );
  };

  commit.addEventListener("click", () => {
    ask({ answer: form.answer() }, (message) => {
      if (!message.ok) complain(message.message);
      else {
        // the same answer again changes no trait, so it is shown from here
        show();
        again.focus();
      }
    });
  });
  again.addEventListener("click", () => {
    clear();
    settle(false);
    form.controls[0].focus();
  });

  model.on("change:verdict", show);
  keepKeys(el);
  el.append(
    make(
      "div",
      { class: "stemcell-question stemcell-quiz" },
      make(
        "fieldset",
        {},
        make("legend", {}, make("span", { class: "eyebrow" }, words.label), model.get("question")),
        form.list,
      ),
      make("div", { class: "buttons" }, commit, again),
      verdict,
    ),
  );
  show();
  return () => {
    stop();
    model.off("change:verdict", show);
  };
}

export default { render };

// A prediction: choose, commit, see what holds, think again.

function render({ model, el }) {
  const words = model.get("words");
  const name = uniqueName("prediction");
  let silence;

  const radios = model.get("options").map((_, place) =>
    make("input", { type: "radio", name, value: String(place) }),
  );
  const choices = radios.map((radio, place) =>
    make("label", {}, radio, make("span", {}, model.get("options")[place])),
  );
  const verdict = make("div", { class: "verdict", role: "status" });
  const commit = make("button", { type: "button", class: "primary" }, words.commit);
  const again = make("button", { type: "button" }, words.again);

  const complain = (message) => {
    clearTimeout(silence);
    verdict.replaceChildren(make("p", { class: "refused" }, message));
  };
  const settle = (settled) => {
    for (const radio of radios) radio.disabled = settled;
    commit.hidden = settled;
    again.hidden = !settled;
  };
  const show = () => {
    const outcome = model.get("verdict");
    clearTimeout(silence);
    settle("choice" in outcome);
    if (!("choice" in outcome)) return;
    radios[outcome.choice].checked = true;
    choices.forEach((choice, place) => {
      choice.classList.toggle("chosen", place === outcome.choice);
      choice.classList.toggle("holds", place === outcome.best);
    });
    verdict.replaceChildren(
      make(
        "p",
        { class: outcome.right ? "headline right" : "headline wrong" },
        make("span", { "aria-hidden": "true" }, outcome.right ? "✓" : "↻"),
        outcome.headline,
      ),
      make("p", {}, outcome.feedback),
    );
    if (outcome.right) return;
    verdict.append(
      make("p", {}, make("b", {}, `${words["right-one"]} `), model.get("options")[outcome.best]),
      make("p", {}, outcome.explanation),
    );
  };

  commit.addEventListener("click", () => {
    const choice = radios.findIndex((radio) => radio.checked);
    if (choice < 0) {
      complain(words.choose);
      radios[0].focus();
      return;
    }
    silence = setTimeout(() => complain(words["no-kernel"]), PATIENCE_MS);
    try {
      model.send({ choice });
    } catch {
      complain(words["no-kernel"]);
    }
  });
  again.addEventListener("click", () => {
    settle(false);
    verdict.replaceChildren();
    for (const choice of choices) choice.classList.remove("chosen", "holds");
    radios.find((radio) => radio.checked)?.focus();
  });

  const receive = (message) => {
    if (!message.ok) complain(message.message);
    else {
      // the same choice again changes no trait, so it is shown from here
      show();
      again.focus();
    }
  };
  model.on("change:verdict", show);
  model.on("msg:custom", receive);
  keepKeys(el);
  el.append(
    make(
      "div",
      { class: "stemcell-question stemcell-prediction" },
      make(
        "fieldset",
        {},
        make("legend", {}, make("span", { class: "eyebrow" }, words.label), model.get("question")),
        make("div", { class: "choices" }, ...choices),
      ),
      make("div", { class: "buttons" }, commit, again),
      verdict,
    ),
  );
  show();
  return () => {
    clearTimeout(silence);
    model.off("change:verdict", show);
    model.off("msg:custom", receive);
  };
}

export default { render };

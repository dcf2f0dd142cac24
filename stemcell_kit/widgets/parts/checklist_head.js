// The head of a checklist: laboratory, figures, export.

function header(model, ask, name) {
  const words = model.get("words");
  const status = make("p", { class: "status", role: "status" });
  const laboratory = make("input", { id: `${name}-laboratory`, type: "text", autocomplete: "off" });
  laboratory.value = model.get("state").laboratory;
  laboratory.addEventListener("change", () =>
    ask({ do: "laboratory", name: laboratory.value }, (answer) => report(status, answer)),
  );
  const me = make("input", { id: `${name}-me`, type: "text", autocomplete: "off" });
  me.value = model.get("state").me;
  me.addEventListener("change", () =>
    ask({ do: "me", code: me.value }, (answer) => report(status, answer)),
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
      make("div", { class: "field me" }, make("label", { for: me.id }, words.me), me),
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

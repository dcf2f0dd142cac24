// Talking to Python: each message has a number, and silence is answered too.

const PATIENCE_MS = 8000;

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

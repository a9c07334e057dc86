/** The sandbox's own answers, as JSON; a refusal becomes an Error that says why. */
export async function ask(path, body, method = body === undefined ? "GET" : "POST") {
  const response = await fetch(path, {
    method,
    headers: body === undefined ? {} : { "Content-Type": "application/json" },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const text = await response.text();
  const answer = parsed(text);
  if (!response.ok) throw new Error(reason(answer) ?? (text.slice(0, 200) || `the sandbox answered ${response.status}`));
  return answer;
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

const reason = (answer) => answer?.description ?? answer?.error?.message ?? answer?.error ?? answer?.message ?? null;

/** The sandbox's stream of all that happens. Browsers allow six connections to an origin, and people open two pages. */
export function listen(after, hear) {
  const source = new EventSource(`/world/live?after=${encodeURIComponent(after)}`);
  for (const name of ["hello", "chat", "journal", "shop"]) {
    source.addEventListener(name, (event) => hear(name, JSON.parse(event.data)));
  }
  source.onerror = () => hear("lost", null);
  return source;
}
